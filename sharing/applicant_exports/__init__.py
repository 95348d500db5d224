"""Taking in what Sumsub's dashboard exports, however long it is, without anybody having to wait.

`storing` keeps the file, sealed; `taking` stores its lines part by part, begun in the request that
brought it and gone on with by a worker; `page` shows how far it has come.
"""
