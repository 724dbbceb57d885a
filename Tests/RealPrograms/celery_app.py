"""A Celery worker with a broker in memory; another thread asks for tasks and waits for results."""
# environment: celery
import os
import signal
import threading

import celery

import channel

app = celery.Celery('celery_app', broker='memory://', backend='cache+memory://')
app.conf.broker_transport_options = {'polling_interval': 0.001}
app.conf.worker_hijack_root_logger = False
app.conf.worker_enable_remote_control = False
app.conf.worker_redirect_stdouts = False


def value_of(n):
    return n * n + 7                    # @inside


@app.task
def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    return '%s = %d' % (label, value)


def ask():
    channel.answer_all(lambda n: answer.delay(n).get(
        timeout=60, interval=0.001, disable_sync_subtasks=False))
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == '__main__':
    worker = app.Worker(pool='solo', loglevel='CRITICAL', without_gossip=True, without_mingle=True,
                        without_heartbeat=True, quiet=True)
    threading.Thread(target=ask).start()
    worker.start()
