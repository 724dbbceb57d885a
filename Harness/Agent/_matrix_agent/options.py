"""Options of a debug session: names in a comma list, as the debugger spells them."""

KNOWN = (
    'WaitOnAbnormalExit',
    'WaitOnNormalExit',
    'RedirectOutput',
    'BreakOnSystemExitZero',
    'DebugStdLib',
    'RichExceptions',
)


class Options(object):
    """Which options are on; unknown names are for the debugger's own use and are ignored."""

    def __init__(self, text):
        names = set([name.strip() for name in text.split(',')])
        self.wait_on_abnormal_exit = 'WaitOnAbnormalExit' in names
        self.wait_on_normal_exit = 'WaitOnNormalExit' in names
        self.redirect_output = 'RedirectOutput' in names
        self.break_on_system_exit_zero = 'BreakOnSystemExitZero' in names
        self.debug_stdlib = 'DebugStdLib' in names
        self.rich_exceptions = 'RichExceptions' in names
