"""Log points, breakpoints of functions, and steps into one call of a line."""

import os
import sys
import unittest

from attaching import AttachTestCase, INJECTED
from debuggee import DebugTestCase


class MoreTestCase(DebugTestCase):
    features = 'functions,logs,targets'

    def launch(self, program, *arguments, **options):
        debugger = DebugTestCase.launch(self, program, *arguments, **options)
        debugger.send('mtrx', 1, self.features)
        self.assertEqual(debugger.wait_for('MTRX').fields[3], self.features)
        return debugger


class LogPointTest(MoreTestCase):
    def log_at(self, debugger, program, label, message, condition=(0, ''), passes=(0, 0)):
        debugger.send('brkl', 7, program[label], program.path, condition[0], condition[1],
                      passes[0], passes[1], message)
        self.assertEqual(debugger.wait_for('BRKS', 'BRKF').code, 'BRKS')

    def logs(self, debugger):
        self.assertEqual(debugger.finish(), 0)
        return [event.fields[2] for event in debugger.events if event.code == 'LOGP']

    def test_a_log_point_tells_its_message_and_does_not_stop(self):
        program = self.write('''
            class Named(object):
                def __str__(self):
                    return 'a name'
                def __repr__(self):
                    return 'Named()'
            named = Named()
            for i in range(3):
                text = {'a:}': i}           # @loop
            ''')
        debugger = self.launch(program)
        self.log_at(debugger, program, 'loop', "{{i}} is {i}, {named}; {dict(a=i)['a'] + 1} {'}'}")
        self.assertEqual(self.logs(debugger),
                         ["{i} is %d, a name; %d }" % (i, i + 1) for i in range(3)])

    def test_a_log_point_has_a_condition_and_counts_its_hits(self):
        program = self.write('for i in range(9):\n    pass    # @loop\n')
        debugger = self.launch(program)
        self.log_at(debugger, program, 'loop', '{i}', (1, 'i % 2 == 0'), (1, 2))
        self.assertEqual(self.logs(debugger), ['2', '6'])

    def test_what_cannot_be_told_says_why(self):
        program = self.write('''
            class Slow(object):
                def __str__(self):
                    while True:
                        pass
            slow = Slow()
            last = 1                        # @last
            ''')
        os.environ['MATRIX_EVALUATION_DEADLINE'] = '0.2'
        self.addCleanup(os.environ.pop, 'MATRIX_EVALUATION_DEADLINE')
        debugger = self.launch(program)
        self.log_at(debugger, program, 'last', '{nothing} {1 +} {} {open {1/0} { {slow} never')
        text, = self.logs(debugger)
        self.assertRegex(text, "^<NameError: name 'nothing' is not defined> <SyntaxError: .*> {} "
                               '{open <ZeroDivisionError: division by zero> { '
                               '<error: the evaluation was ended after 0.2 seconds>$')

    def test_a_stop_on_the_same_line_comes_after_the_message(self):
        program = self.write('value = 1\nlast = 2     # @last\n')
        debugger = self.launch(program)
        self.log_at(debugger, program, 'last', '{value}')
        debugger.break_at(1, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        self.assertEqual(self.logs(debugger), ['1'])


class FunctionBreakpointTest(MoreTestCase):
    def break_in(self, debugger, name, identifier=3, condition=(0, ''), message=''):
        debugger.send('brkf', identifier, name, condition[0], condition[1], 0, 0, message)
        return debugger.wait_for('BRKS', 'BRKF').code

    def test_a_function_stops_at_the_first_line_of_its_body(self):
        program = self.write('''
            def work(number):
                """Does it."""
                for each in range(number):  # @work
                    pass
                return number
            class Worker(object):
                def work(self):
                    for _ in [1]:           # @method
                        pass
            def generate():
                yield 1                     # @generate
                yield 2
            async def coroutine(argument):
                cell = lambda: argument     # @coroutine
                return cell
            def one_line(): return 1        # @one
            last = work(2)                  # @last
            Worker().work()
            list(generate())
            try:
                coroutine(1).send(None)
            except StopIteration:
                pass
            one_line()
            work(0)
            ''')
        debugger = self.launch(program)
        names = ('work', 'Worker.work', 'generate', 'coroutine', 'one_line')
        for number, name in enumerate(names):
            self.break_in(debugger, name, number + 1)
        labels = ('work', 'method', 'generate', 'coroutine', 'one', 'work')
        self.assertEqual([debugger.go_on() for _ in labels],
                         [('BRKH', program[label]) for label in labels])
        debugger.send('brkr', 0, 1)
        self.assertEqual(debugger.finish(), 0)

    def test_functions_that_are_made_later_are_found(self):
        program = self.write('''
            import later                    # @import
            def outer():
                def inner():
                    return 1                # @inner
                return inner
            outer()()
            class Made(later.Base):
                def work(self):
                    return 2
            Made().only_here()
            outer()()
            ''')
        later = self.write('class Base(object):\n    def only_here(self):\n        return 1  # @here\n',
                           'later.py')
        debugger = self.launch(program)
        self.assertEqual(self.break_in(debugger, 'outer.inner', 1), 'BRKS')
        self.assertEqual(self.break_in(debugger, 'later.Base.only_here', 2), 'BRKF')
        self.assertEqual(self.break_in(debugger, 'outer.<locals>.nothing', 3), 'BRKF')
        self.assertEqual(self.break_in(debugger, 'elsewhere.outer', 4), 'BRKF')
        self.assertEqual(debugger.go_on(), ('BRKH', program['inner']))
        bound = [event.fields[0] for event in debugger.events if event.code == 'BRKS']
        self.assertEqual(bound, [1, 2])
        self.assertEqual(debugger.go_on(), ('BRKH', later['here']))
        self.assertEqual(debugger.go_on(), ('BRKH', program['inner']))
        self.assertEqual(debugger.finish(), 0)

    def test_a_function_that_exists_already_is_found(self):
        program = self.write('''
            def decorated(function):
                def work(*arguments):
                    return function(*arguments)
                work.__qualname__ = function.__qualname__
                return work
            class Worker(object):
                @decorated
                def method(self):
                    return 1                # @method
            last = 1                        # @last
            Worker().method()
            ''')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        self.assertEqual(self.break_in(debugger, '__main__.Worker.method'), 'BRKS')
        self.assertEqual(debugger.go_on(), ('BRKH', program['method']))
        self.assertEqual(debugger.finish(), 0)

    def test_a_function_of_a_library_is_named_with_its_module(self):
        program = self.write('import textwrap\nlast = 1      # @last\ntextwrap.dedent("a")\n')
        debugger = self.launch(program)
        debugger.break_at(1, program.path, program['last'])
        self.assertEqual(debugger.go_on(), ('BRKH', program['last']))
        self.assertEqual(self.break_in(debugger, 'dedent'), 'BRKF')
        self.assertEqual(self.break_in(debugger, 'textwrap.dedent'), 'BRKS')
        self.assertEqual(debugger.go_on()[0], 'BRKH')
        self.assertEqual(debugger.frames[debugger.thread][0].name, 'dedent')
        self.assertEqual(debugger.finish(), 0)

    def test_conditions_and_messages_see_the_arguments(self):
        program = self.write('''
            def work(number):
                return number               # @work
            for each in range(4):
                work(each)
            ''')
        debugger = self.launch(program)
        self.break_in(debugger, 'work', 1, (1, 'number == 2'))
        self.break_in(debugger, 'work', 2, message='called with {number}')
        self.assertEqual(debugger.go_on(), ('BRKH', program['work']))
        self.assertEqual(debugger.evaluate('number').repr, '2')
        self.assertEqual(debugger.finish(), 0)
        self.assertEqual([event.fields[2] for event in debugger.events if event.code == 'LOGP'],
                         ['called with %d' % each for each in range(4)])


class AttachedTest(AttachTestCase):
    def test_functions_that_were_made_before_the_attach_are_found(self):
        module = self.write("""
            import functools
            def decorated(function):
                @functools.wraps(function)
                def wrapper(*arguments):
                    return function(*arguments)
                return wrapper
            class Worker(object):
                @decorated
                def method(self):
                    return 1                # @method
                @staticmethod
                def static():
                    def inner():
                        return 2            # @inner
                    return inner
            def hidden():
                def closure():
                    return 3                # @closure
                return closure
            closure = [hidden()]
            """, 'module.py')
        program = self.write(INJECTED + """
import module, time
print('ready', flush=True)
while not hasattr(sys, 'goes'):
    time.sleep(0.001)
module.Worker().method()
module.Worker.static()()
module.closure[0]()
""")
        running = self.run_program(program)
        running.wait_for_output('ready')
        debugger = self.attach(running, 'NoBreakOnAttach')
        debugger.send('mtrx', 1, 'functions')
        debugger.wait_for('MTRX')
        answers = []
        for number, name in enumerate(
                ('module.Worker.method', 'Worker.static.inner', 'hidden.closure', 'Worker.absent')):
            debugger.send('brkf', number, name, 0, '', 0, 0, '')
            answers.append(debugger.wait_for('BRKS', 'BRKF').code)
        self.assertEqual(answers, ['BRKS', 'BRKS', 'BRKS', 'BRKF'])
        running.inject('import sys; sys.goes = True')
        for label in ('method', 'inner', 'closure'):
            identifier, thread = debugger.wait_for('BRKH').fields
            self.assertEqual(debugger.lines(thread)[0], module[label])
            debugger.send('resa')
        self.assertEqual(running.exit_status(), 0)


class TargetsTest(MoreTestCase):
    source = '''
        class Thing(object):
            def method(self, argument):
                return argument             # @method
        def first(argument):
            return argument                 # @first
        def second(argument, named=None):
            return argument                 # @second
        def third(*arguments):
            return arguments                # @third
        def work(thing):
            local = first
            third(local(1), second(2, named=3), *thing.method([4]))     # @line
            return thing                    # @after
        work(Thing())
        '''

    def targets(self, debugger):
        return dict((name, number) for number, name, _ in debugger.ask(
            'tgts', debugger.thread, 0)[0])

    def step_into(self, debugger, target):
        debugger.send('stpt', debugger.thread, target)
        return debugger.wait_for_stop()

    def test_calls_of_the_line_are_told_in_order(self):
        program = self.write(self.source)
        debugger = self.run_to(program, 'line')
        found, = debugger.ask('tgts', debugger.thread, 0)
        self.assertEqual([name for _, name, _ in found],
                         ['local', 'second', 'thing.method', 'third'])
        text = program.source.splitlines()[program['line'] - 1]
        for _, name, (first, start, last, end) in found:
            if sys.version_info < (3, 11):
                self.assertEqual((first, start, last, end), (0, 0, 0, 0))
            else:
                self.assertEqual((first, last), (program['line'],) * 2)
                self.assertTrue(text[start:end].startswith(name + '('))
                self.assertTrue(text[start:end].endswith(')'))
        self.assertEqual(debugger.ask('tgts', debugger.thread, 1), ([],))

    def test_a_step_goes_into_the_call_that_is_wanted(self):
        for name, label in (('second', 'second'), ('thing.method', 'method'), ('third', 'third')):
            program = self.write(self.source)
            debugger = self.run_to(program, 'line')
            found = self.targets(debugger)
            self.assertEqual(self.step_into(debugger, found[name]), ('STPD', program[label]))
            self.assertEqual(debugger.finish(), 0)

    def test_calls_that_are_done_are_no_targets(self):
        program = self.write(self.source)
        debugger = self.run_to(program, 'line')
        self.step_into(debugger, self.targets(debugger)['second'])
        self.assertEqual(debugger.step('out'), ('STPD', program['line']))
        found = self.targets(debugger)
        self.assertEqual(sorted(found), ['thing.method', 'third'])
        self.assertEqual(self.step_into(debugger, found['third']), ('STPD', program['third']))

    def test_a_call_that_leads_nowhere_is_stepped_over(self):
        program = self.write('''
            def first():
                return 'a'
            text = str(first()).strip()     # @line
            last = 1                        # @last
            ''')
        debugger = self.run_to(program, 'line')
        found = self.targets(debugger)
        self.assertEqual(sorted(found), ['?.strip', 'first', 'str'])
        self.assertEqual(self.step_into(debugger, found['str']), ('STPD', program['last']))
        debugger.send('stpt', debugger.thread, 9999)
        self.assertEqual(self.targets(debugger), {})
        self.assertEqual(debugger.finish(), 0)


if __name__ == '__main__':
    unittest.main()
