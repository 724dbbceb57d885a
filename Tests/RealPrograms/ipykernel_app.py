"""A Jupyter kernel; a client on another thread has it execute cells."""
# environment: ipykernel
import os
import threading

import jupyter_client
from ipykernel.kernelapp import IPKernelApp

import channel

CONNECTION = os.path.join(os.environ['TMPDIR'], 'kernel.json')


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, value)


def ask():
    client = jupyter_client.BlockingKernelClient(connection_file=CONNECTION)
    client.load_connection_file()
    client.start_channels(stdin=False, hb=False)
    client.wait_for_ready(60)

    def execute(n):
        client.execute('x = answer(%d)' % n, user_expressions={'x': 'x'}, store_history=False)
        content = client.get_shell_msg(timeout=60)['content']
        while client.get_iopub_msg(timeout=60)['content'] != {'execution_state': 'idle'}:
            pass
        return content['user_expressions']['x']['data']['text/plain']

    channel.answer_all(execute)
    client.shutdown()
    client.stop_channels()


if __name__ == '__main__':
    kernel = IPKernelApp.instance()
    kernel.connection_file = CONNECTION
    kernel.log_level = 50
    kernel.initialize([])
    kernel.shell.user_ns['answer'] = answer
    threading.Thread(target=ask, daemon=True).start()
    kernel.start()
