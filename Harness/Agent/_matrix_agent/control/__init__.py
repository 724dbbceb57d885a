"""The choice of how execution is watched. Nothing above this package asks for a version."""

import sys


def choose(sink, is_user_code, forced=None):
    """An `ExecutionControl`: `sys.monitoring` (PEP 669, 3.12) where there is one.

    `forced` is 'trace' or 'monitoring', or None for the best.
    """
    if forced != 'trace' and hasattr(sys, 'monitoring'):
        from . import monitoring
        return monitoring.MonitoringControl(sink, is_user_code)
    if forced == 'monitoring':
        raise RuntimeError('this Python has no sys.monitoring')
    from . import trace
    return trace.TraceControl(sink, is_user_code)
