"""What is to be done by when: everything under /tasks/ and /calendar/."""

from django.urls import path

from guiju.web.calendar import feed
from guiju.web.workflow import days, ladder, month, new, notices, reporting, steps, subscribe, task, tasks

task_urls = [
    path("", tasks.tasks, name="tasks"),
    path("options/<slug:field>/", tasks.options, name="task-options"),
    path("new/", new.new, name="task-new"),
    path("new/units/", new.units, name="task-units"),
    path("notices/", notices.notices, name="notices"),
    path("notices/read/", notices.read, name="notices-read"),
    path("<uuid:uid>/", task.task, name="task"),
    path("<uuid:uid>/hand-over/", steps.hand_over, name="task-hand-over"),
    path("<uuid:uid>/done/", steps.done, name="task-done"),
    path("<uuid:uid>/files/<str:digest>/<str:name>", steps.file, name="task-file"),
    path("<uuid:uid>/report/", reporting.report, name="task-report"),
    path("<uuid:uid>/waive/", steps.waive, name="task-waive"),
    path("<uuid:uid>/reopen/", steps.reopen, name="task-reopen"),
]

calendar_urls = [
    path("", month.calendar, name="calendar"),
    path("subscribe/", subscribe.make, name="calendar-subscribe"),
    path("subscribe/revoke/", subscribe.revoke, name="calendar-revoke"),
    path("days/", days.days, name="calendar-days"),
    path("days/clear/", days.clear, name="calendar-days-clear"),
    path("days/list/", days.take_over, name="calendar-days-list"),
    path("ladder/", ladder.ladder, name="ladder"),
    path("feed/<str:secret>.ics", feed.feed, name="calendar-feed"),
]
