"""Begins the debug session of a Python that a followed program has started. Its folder is the first of
PYTHONPATH there, and MATRIX_FOLLOW says what to do; docs/processes.md says more.

This runs before the program's first line, and leaves `sys.path`, `sys.modules` and the environment as
they would be without it. It runs on any Python, on 2.7 as well.
"""


def _begin():
    import os
    import sys
    here = os.path.dirname(os.path.abspath(__file__))
    agent = os.path.dirname(here)
    sys.path[:] = [place for place in sys.path if not place or os.path.abspath(place) != here]
    sys.path_importer_cache.pop(here, None)
    own = sys.modules.pop('sitecustomize')
    wanted = os.environ.pop('MATRIX_FOLLOW', None)
    places = os.environ.get('PYTHONPATH', '').split(os.pathsep)
    if here in places:
        places = [place for place in places if place != here]
        if places:
            os.environ['PYTHONPATH'] = os.pathsep.join(places)
        else:
            del os.environ['PYTHONPATH']
    try:
        import sitecustomize            # noqa: F401  (the program's own; `site` knows the error)
    finally:
        if wanted and sys.version_info >= (3, 5) and sys.implementation.name == 'cpython':
            _follow(sys, agent, wanted)
        del own


def _follow(sys, agent, wanted):
    """The program runs on without a session where this fails."""
    try:
        sys.path.insert(0, agent)
        try:
            from _matrix_agent import followed
        finally:
            sys.path.remove(agent)
            sys.path_importer_cache.pop(agent, None)
        followed.started(wanted)
    except Exception:
        log = sys.modules.get('_matrix_agent.log')
        if log is not None:
            log.error()


_begin()
