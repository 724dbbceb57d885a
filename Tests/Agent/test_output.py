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
