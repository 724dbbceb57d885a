"""Django with the server of `runserver`, a template and middleware."""
# environment: django
import django
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.template import engines
from django.urls import path

import channel


def value_of(n):
    return n * n + 7                    # @inside


def answer(request, n):
    label = 'answer %d' % n             # @stop
    value = value_of(n)                 # @call
    template = engines['django'].from_string('{{ label }} = {{ value|add:0 }}\n')
    return HttpResponse(template.render({'label': label, 'value': value}))


urlpatterns = [path('answer/<int:n>', answer)]


class Quiet(WSGIRequestHandler):
    def log_message(self, format, *args):
        pass


if __name__ == '__main__':
    settings.configure(
        DEBUG=True, ALLOWED_HOSTS=['*'], ROOT_URLCONF=__name__, SECRET_KEY='none',
        MIDDLEWARE=['django.middleware.common.CommonMiddleware'],
        TEMPLATES=[{'BACKEND': 'django.template.backends.django.DjangoTemplates'}])
    django.setup()
    server = ThreadedWSGIServer(('127.0.0.1', 0), Quiet)
    server.set_app(get_wsgi_application())
    channel.serving(server.server_port)
    server.serve_forever()
