"""Tk's loop: what comes in on a socket is answered in a callback, and timers tick beside it."""
# needs: tkinter
# display: yes
import tkinter

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    text.set('%s = %d' % (label, value))
    return text.get()


def readable(file, mask):
    n = questions.number()
    if n is None:
        root.deletefilehandler(questions.socket)
        questions.close()
        root.destroy()
    else:
        questions.write(answer(n))


def tick():
    ticks.set(ticks.get() + 1)
    root.after(10, tick)


if __name__ == '__main__':
    root = tkinter.Tk()
    text, ticks = tkinter.StringVar(), tkinter.IntVar()
    tkinter.Label(root, textvariable=text).pack()
    tkinter.Label(root, textvariable=ticks).pack()
    tick()
    root.update()
    questions = channel.Channel()
    root.createfilehandler(questions.socket, tkinter.READABLE, readable)
    root.mainloop()
