import logging
logging.basicConfig(format='%(levelname)s %(filename)s %(funcName)s %(lineno)d %(message)s')
def work():
    logging.warning('a warning')                            # @stop
    try:
        1 / 0
    except ZeroDivisionError:
        logging.exception('failed')
work()
