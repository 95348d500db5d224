"""Looking first: Sumsub's preview of rows, before any share token is used.

`beginning` starts a look, `looker` asks in a worker process, `storing` keeps what came back,
`deciding` acts on it, `groups` counts it for a page. Nothing here changes a row's state but a
person's decision, or the look at each row just before it is sent.
"""
