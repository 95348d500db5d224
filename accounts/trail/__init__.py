"""The audit trail as people read it: words for deeds, objects with links, filters, files.

Each room brings its own words and objects when Django starts (`trail_words` of a room, read by its
AppConfig), because this room knows nothing of imports or partners.
"""
