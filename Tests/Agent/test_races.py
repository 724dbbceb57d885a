"""Two threads of which one is between a look and what follows from it.

The other one acts in exactly that moment: from a function that the first one calls there.
"""

import socket
import sys
import threading
import unittest

import test_units  # noqa: F401  (which makes the agent importable)

from _matrix_agent import connection, stops, threads  # noqa: E402
from _matrix_agent.control import base, thread_states, trace  # noqa: E402

_DEADLINE = 20


class _Interrupted(trace.TraceControl):
    """Another thread applies a patch after the first look at what a frame needs."""

    meanwhile = None

    def _wanted(self, frame):
        wanted = trace.TraceControl._wanted(self, frame)
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        return wanted


class SettlingTest(unittest.TestCase):
    def test_a_break_that_is_wanted_while_a_frame_loses_its_tracer_gives_it_back(self):
        control = _Interrupted(base.Sink(), lambda filename: True)
        frame = sys._getframe()
        frame.f_trace = control._full
        try:
            control.meanwhile = lambda: control.apply(base.Patch(base.EVERYWHERE))
            control._settle(frame)
            self.assertIsNone(control.meanwhile)
            self.assertIsNotNone(frame.f_trace)
        finally:
            frame.f_trace = None

    def test_a_break_that_ends_while_a_frame_gets_its_tracer_takes_it_away(self):
        control = _Interrupted(base.Sink(), lambda filename: True)
        patch = base.Patch(base.EVERYWHERE)
        frame = sys._getframe()
        try:
            control.apply(patch)
            frame.f_trace = None
            control.meanwhile = lambda: control.remove(patch)
            control._settle(frame)
            self.assertIsNone(frame.f_trace)
        finally:
            frame.f_trace = None


class _Control(base.ExecutionControl):
    def _apply(self, patch):
        pass

    _remove = _apply


class _Connection(object):
    def __init__(self):
        self.sent = []

    def send(self, data, behind_held=False):
        self.sent.append(data)
        return True


class _Session(object):
    """What `Stops` uses of a session. A thread that stops flushes its output before it looks whether
    it still is to stop: `meanwhile` is called there."""

    detached = lazy = False
    pid = property(lambda self: __import__('os').getpid())

    def __init__(self):
        self.control = _Control(base.Sink(), None)
        self.connection = _Connection()
        self.threads = threads.ThreadTable(lambda data: None)
        self.threads.main = None
        self.meanwhile = None

    def look_for_interpreters(self):
        pass

    def flush_output(self, thread):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()


class BreaksTest(unittest.TestCase):
    """A break is answered by the first thread to come."""

    def setUp(self):
        self.session = _Session()
        self.stops = stops.Stops(self.session)

    def in_thread(self, work):
        """The result of `work`, done by a thread that the debugger lets go whenever it stands."""
        results = []

        def run():
            thread = self.session.threads.begin()
            frame = sys._getframe()
            place = threads.StopPlace(frame, None, frame, frame.f_lineno)
            results.append(work(thread, place))

        runner = threading.Thread(target=run)
        runner.daemon = True
        runner.start()
        runner.join(_DEADLINE)
        self.assertTrue(results, 'the thread stands, and the debugger does not know')
        return results[0]

    def answers(self):
        return [data[data.index(b'ASBR'):][:4] for data in self.session.connection.sent
                if b'ASBR' in data]

    def answering(self):
        """As the debugger goes on when it is told of a stop."""
        send = self.session.connection.send

        def sent(data, behind_held=False):
            result = send(data)
            if b'ASBR' in data or b'STPD' in data:
                going_on.append(True)
                threading.Thread(target=self.stops.resume_all).start()
            return result

        going_on = []
        self.session.connection.send = sent
        return going_on

    def test_a_thread_that_is_late_for_one_break_answers_the_next(self):
        self.answering()

        def work(thread, place):
            self.stops.break_all()
            self.stops._async_break = None      # Another thread has answered this one.

            def meanwhile():
                self.stops.resume_all()
                self.stops.break_all()

            self.session.meanwhile = meanwhile
            late = self.stops.take_break(thread, place)
            return late, self.stops.take_break(thread, place)

        self.assertEqual(self.in_thread(work), (False, True))
        self.assertEqual(self.answers(), [b'ASBR'])

    def test_a_break_that_comes_while_a_thread_stops_by_itself_does_not_silence_it(self):
        going_on = self.answering()

        def work(thread, place):
            self.session.meanwhile = self.stops.break_all
            return self.stops.stop(thread, place, b'STPD' + bytes(8), True)

        self.assertTrue(self.in_thread(work))
        self.assertTrue(going_on)

    def test_the_program_asking_for_a_stop_does_not_take_the_place_of_the_first_one(self):
        thread = self.session.threads.begin()
        self.stops.break_all(b'LOAD')
        self.stops.break_here(thread)
        self.assertEqual(self.stops._async_break, b'LOAD')


class _Raw(socket.socket):
    """Another thread sends something while this one does."""

    meanwhile = None

    def sendall(self, data):
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile is not None:
            meanwhile()
        socket.socket.sendall(self, data)


class AnswersTest(unittest.TestCase):
    def test_an_answer_goes_out_once_and_before_the_hit_that_it_leads_to(self):
        ours, debuggers = socket.socketpair()
        self.addCleanup(debuggers.close)
        raw = _Raw(ours.family, ours.type, ours.proto, ours.detach())
        self.addCleanup(raw.close)
        connected = connection.Connection(raw)
        connected.hold(b'answer,')
        raw.meanwhile = lambda: connected.send(b'hit,', True)
        connected.send(b'output,')
        connected.send(b'end', True)
        self.assertEqual(debuggers.recv(100), b'output,answer,hit,end')


class TracersTest(unittest.TestCase):
    """A thread that runs has a trace function when a session begins."""

    def setUp(self):
        try:
            layout = thread_states.calibrated()
        except base.Refused as error:
            self.skipTest(str(error))
        if layout.exchange is None:
            self.skipTest('there is no machine code')
        self.layout = layout

    def kept_and_afterwards(self, known):
        """Whether `known` is kept as the program's, and the trace function after the session."""
        def tracer(frame, event, arg):
            """The one of this session."""

        def run():
            sys.settrace(known)
            begun.set()
            over.wait(_DEADLINE)
            afterwards.append(sys.gettrace())

        begun, over, afterwards = threading.Event(), threading.Event(), []
        runner = threading.Thread(target=run)
        runner.start()
        try:
            self.assertTrue(begun.wait(_DEADLINE))
            thread_states.install(tracer)
            kept = bool(self.layout.kept)
            thread_states.remove(tracer)
        finally:
            over.set()
            runner.join(_DEADLINE)
        return kept, afterwards[0]

    def test_a_tracer_of_the_session_before_is_not_taken_for_the_programs(self):
        def before(frame, event, arg):
            """The one of the session before."""

        self.assertEqual(self.kept_and_afterwards(before), (False, None))

    def test_the_programs_own_is_given_back(self):
        def programs(frame, event, arg):
            """The program's."""

        programs.__module__ = 'program'
        self.assertEqual(self.kept_and_afterwards(programs), (True, programs))


if __name__ == '__main__':
    unittest.main()
