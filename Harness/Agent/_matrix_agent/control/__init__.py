"""The choice of how execution is watched. Nothing above this package asks for a version."""

import sys

from . import base


def choose(sink, is_user_code, forced=None):
    """An `ExecutionControl`: `sys.monitoring` (PEP 669, 3.12) where there is one.

    `forced` is 'trace' or 'monitoring', or None for the best.
    """
    if forced in (None, 'monitoring') and hasattr(sys, 'monitoring'):
        from . import monitoring
        return monitoring.MonitoringControl(sink, is_user_code)
    if forced == 'monitoring':
        raise base.Refused(base.Refused.VERSION, 'sys.monitoring came with CPython 3.12')
    if forced not in (None, 'trace'):
        raise base.Refused(base.Refused.VERSION, 'there is no execution control %r' % forced)
    from . import frame_hook
    if frame_hook.may_be():
        from . import hooked
        return hooked.HookedControl(sink, is_user_code)
    from . import trace
    return trace.TraceControl(sink, is_user_code)
