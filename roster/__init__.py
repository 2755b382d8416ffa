"""Lists of households from Excel: read in a process of their own, saved only after somebody has looked.

apart        reads a file in a process of its own (`__main__`)
spreadsheet  opens .xlsx, .xls, .xlsb, .ods and .csv as rows, refuses what is hostile
markup       hidden and struck rows, errors: what an .xlsx says beside its values
opendocument hidden and struck rows of an .ods
delimited    the cells of a .csv
exported     what the app's own exports hold: cells made harmless, sheets that are no list
repair       takes back what a spreadsheet made of values
headers      finds the header and what each column means by its words; `columns` what it is by its cells
layouts      finds the tables of a sheet
listing      reads a list: every table of every sheet, then `doubles`
taking       takes the people of a table; `rows` says what each row is, `crowds` parts those who share a cell,
             `cells` and `names` and `ages` read what a row says of a person
gathering    puts them into households in the way that `grouping` found; `whereabouts` and `addresses` say where
doubles      makes one household of a sheet and its copy
doubts       who must be asked about before they are stored, and what was said
sheets       any table as plain texts, for what `office.sheet` reads
villages     names of villages, and the list of villages with official counts
reading      what a file says, as plain data
problems     what can be wrong, and the sentence for each
matching     which household of a list is which stored one
standing     what stands in the tables when a list comes; it, the next four and `official` alone know them
comparing    what a reading would change in them
saving       saves what was compared and looked at
undoing      takes a saved list back
background   reads and saves while the page that asked has answered
official     compares and saves the list of villages with official counts
"""
