"""Output that is shown to the debugger as well."""

import unittest

from debuggee import DebugTestCase


class OutputTest(DebugTestCase):
    def texts(self, debugger):
        return ''.join(event.fields[1] for event in debugger.events if event.code == 'OUTP')

    def test_output_goes_to_the_debugger_and_where_it_went_before(self):
        program = self.write('''
            import sys
            print('to output')
            sys.stderr.write('to errors\\n')
            sys.stdout.buffer.write(b'bytes\\n')
            sys.stdout.writelines(['two ', 'parts\\n'])
            ''')
        debugger = self.launch(program, options='RedirectOutput')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual(self.texts(debugger),
                         'to output\nto errors\nbytes\ntwo parts\n')
        self.assertEqual(set(debugger.output().splitlines()),
                         set(['to output', 'bytes', 'two parts']))
        self.assertEqual(debugger.errors(), 'to errors\n')

    def test_a_signal_handler_and_a_finalizer_may_write_while_their_thread_does(self):
        program = self.write("""
            import signal, sys, time
            def handler(number, frame):
                print('signal')
                sys.stderr.write('handled\\n')
            signal.signal(signal.SIGALRM, handler)
            class Gone(object):
                def __del__(self):
                    print('gone')
            signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)
            for _ in range(3000):
                print('line', Gone())
            signal.setitimer(signal.ITIMER_REAL, 0)
            """)
        debugger = self.launch(program, options='RedirectOutput')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual(self.texts(debugger).count('gone'), 3000)
        self.assertEqual(debugger.output().count('gone'), 3000)

    def test_what_is_written_in_pieces_is_one_event_and_nothing_is_empty(self):
        program = self.write("""
            import sys
            print('one', 'two', 3)
            sys.stdout.write('')
            sys.stdout.write('part')
            sys.stdout.flush()
            print('ial')
            sys.stdout.write('before the stop')
            done = True             # @done
            with sys.stdout as out:
                print('inside', file=out)
            """)
        debugger = self.run_to(program, 'done', options='RedirectOutput')
        self.assertEqual(debugger.finish(), 0, debugger.errors())
        self.assertEqual([event.fields[1] for event in debugger.events if event.code == 'OUTP'],
                         ['one two 3\n', 'part', 'ial\n', 'before the stop', 'inside\n'])

    def test_output_is_not_sent_unless_asked_for(self):
        debugger = self.launch(['-c', 'print(1)'])
        debugger.finish()
        self.assertEqual(self.texts(debugger), '')
        self.assertEqual(debugger.output(), '1\n')

    def test_stepping_does_not_stop_in_a_stream_of_the_programs_own(self):
        self.write('''
            class Stream:
                def __init__(self):
                    self.saved = []
                def write(self, text):
                    self.saved.append(text)
                def flush(self):
                    pass
            ''', 'streams.py')
        main = self.write('''
            import streams
            import sys
            relay = sys.stdout
            relay.__dict__['_stream'] = streams.Stream()
            print('x')              # @print
            done = True             # @done
            ''', 'main.py')
        debugger = self.run_to(main, 'print', options='RedirectOutput')
        self.assertEqual(debugger.step('into'), ('STPD', main['done']))

    def test_the_wait_at_the_end_is_for_a_key(self):
        for options, source in (('WaitOnNormalExit', 'value = 1\n'),
                                ('WaitOnAbnormalExit', 'raise SystemExit(1)\n')):
            program = self.write(source)
            debugger = self.launch(program, options=options)
            debugger.send('resa')
            debugger.process.stdin.write(b'x')
            debugger.process.stdin.close()
            debugger.wait_for('LAST')
            debugger.send('lack')
            debugger.exit_status()
            self.assertIn('Press any key to continue', debugger.output())


if __name__ == '__main__':
    unittest.main()
