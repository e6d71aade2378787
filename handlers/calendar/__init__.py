"""Opening hours on a real clock: when somebody is there, and what an amount of staffed time comes to.

Pure: no file, no database, no clock. `calendar` says when it is open, `amounts` counts along it, `reference`
counts as another library does, for comparison.
"""
