"""The yardstick of delivery: a Celery task that does nothing but one SMTP send, under the worker's own settings."""

from celery import Celery

QUEUE = "bare"
app = Celery("bare", set_as_current=False)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_default_queue = QUEUE


@app.task
def send(subject, body, address):
    from django.core.mail import send_mail

    send_mail(subject, body, None, [address])
