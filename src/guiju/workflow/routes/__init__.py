"""Routes: who looks at a matter in which order, as versions of a decision table; and one matter's way along one.

`rules` is the table and its words, `deciding` the pages of it (draft, publish, try out), `seating` finds the people,
`runs` moves a matter from step to step. What the matter is, and what an opinion means for it, is the domain's business.
"""
