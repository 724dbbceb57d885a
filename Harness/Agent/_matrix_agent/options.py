"""Options of a debug session: names in a comma list, as the debugger spells them."""

import os

KNOWN = (
    'WaitOnAbnormalExit',
    'WaitOnNormalExit',
    'RedirectOutput',
    'BreakOnSystemExitZero',
    'DebugStdLib',
    'RichExceptions',
    'NoBreakOnAttach',          # ours
    'HoldAtStart',              # ours
    'ExecutionControl=',        # ours: trace or monitoring
)

_CONTROL = 'ExecutionControl='


class Options(object):
    """The options that are on; unknown names are for the debugger's own use and are ignored."""

    def __init__(self, text):
        self.text = text
        names = [name.strip() for name in text.split(',')]
        self.wait_on_abnormal_exit = 'WaitOnAbnormalExit' in names
        self.wait_on_normal_exit = 'WaitOnNormalExit' in names
        self.redirect_output = 'RedirectOutput' in names
        self.break_on_system_exit_zero = 'BreakOnSystemExitZero' in names
        self.debug_stdlib = 'DebugStdLib' in names
        self.rich_exceptions = 'RichExceptions' in names
        self.break_on_attach = 'NoBreakOnAttach' not in names
        self.hold_at_start = 'HoldAtStart' in names
        self.execution_control = os.environ.get('MATRIX_EXECUTION_CONTROL') or None
        for name in names:
            if name.startswith(_CONTROL):
                self.execution_control = name[len(_CONTROL):]
