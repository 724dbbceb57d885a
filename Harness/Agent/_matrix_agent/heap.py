"""Objects of some types, wherever they are: what nothing else leads to."""

from .genuine import stdlib


def instances(*kinds):
    """All objects of these types and of types derived from them, as far as the garbage collector
    knows them. It takes some 0.3 s for a million objects. No code of the program's runs."""
    found = list(kinds)
    for kind in found:
        found.extend(type.__subclasses__(kind))
    wanted = frozenset([id(kind) for kind in found])
    itertools = stdlib('itertools')
    objects = stdlib('gc').get_objects()
    return list(itertools.compress(
        objects, map(wanted.__contains__, map(id, map(type, objects)))))
