"""Qt's loop: what comes in on a socket is answered in a slot, and a timer ticks beside it."""
# environment: qt
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier, QTimer, Signal, QObject

import channel


def value_of(n):
    return n * n + 7                    # @inside


class Answers(QObject):
    asked = Signal(int)

    def __init__(self):
        super().__init__()
        self.asked.connect(self.answer)

    def readable(self):
        n = questions.number()
        if n is None:
            notifier.setEnabled(False)
            questions.close()
            application.quit()
        else:
            self.asked.emit(n)

    def answer(self, n):
        label = 'answer %d' % n         # @stop
        value = value_of(n)             # @call
        questions.write('%s = %d' % (label, value))


if __name__ == '__main__':
    application = QCoreApplication(sys.argv)
    answers = Answers()
    timer = QTimer()
    timer.timeout.connect(lambda: None)
    timer.start(10)
    questions = channel.Channel()
    notifier = QSocketNotifier(questions.socket.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(answers.readable)
    status = application.exec()
    sys.exit(status)
