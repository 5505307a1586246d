"""Registers: everything under /r/."""

from django.urls import path

from guiju.web.registers import bulk, creating, exports, gridpage, imports, lists, picks, records

urlpatterns = [
    path("", lists.index, name="registers"),
    path("pick/<str:kind>", picks.pick, name="pick"),
    # the list
    path("<slug:register>/", lists.show, name="register"),
    path("<slug:register>/options/<slug:field>", lists.options, name="register-options"),
    path("<slug:register>/views/", lists.save_view, name="register-views"),
    path("<slug:register>/views/<int:view>/drop", lists.drop_view, name="register-view-drop"),
    path("<slug:register>/bulk", bulk.several, name="register-bulk"),
    path("<slug:register>/export", exports.export, name="register-export"),
    path("<slug:register>/template", exports.template, name="register-template"),
    path("<slug:register>/grid", gridpage.show, name="register-grid"),
    path("<slug:register>/grid/save", gridpage.save, name="register-grid-save"),
    # coming in
    path("<slug:register>/new", creating.new, name="register-new"),
    path("<slug:register>/import/", imports.upload, name="register-import"),
    path("<slug:register>/import/<uuid:run>/", imports.preview, name="import-run"),
    path("<slug:register>/import/<uuid:run>/progress", imports.progress, name="import-progress"),
    path("<slug:register>/import/<uuid:run>/decide", imports.decide, name="import-decide"),
    path("<slug:register>/import/<uuid:run>/confirm", imports.confirm, name="import-confirm"),
    path("<slug:register>/import/<uuid:run>/discard", imports.discard, name="import-discard"),
    path("<slug:register>/import/<uuid:run>/marked", imports.marked, name="import-marked"),
    # one record
    path("<slug:register>/<uuid:uid>/", records.show, name="record"),
    path("<slug:register>/<uuid:uid>/edit", records.edit, name="record-edit"),
    path("<slug:register>/<uuid:uid>/section/<int:number>", records.section, name="record-section"),
    path("<slug:register>/<uuid:uid>/resolve", records.resolve, name="record-resolve"),
    path("<slug:register>/<uuid:uid>/move/<slug:move>", records.move, name="record-move"),
    path("<slug:register>/<uuid:uid>/remove", records.remove, name="record-remove"),
    path("<slug:register>/<uuid:uid>/history", records.history, name="record-history"),
    path("<slug:register>/<uuid:uid>/proofs", records.proofs_of, name="record-proofs"),
    path("<slug:register>/<uuid:uid>/files/<slug:digest>/<str:name>", records.file, name="record-file"),
]
