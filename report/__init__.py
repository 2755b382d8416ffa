"""The commune's report of a period: what it says (`contents`), subject by subject, and where its numbers stand.

`facts` asks the database. `targets`, `publicity`, `classes`, `models`, `villages` and `duties` each word one Biểu and
the paragraph that speaks of it, so that both say the same numbers. Texts are Vietnamese: it is an official document.
"""
