@echo off
rem The `assay` command of an installed Assay: the app itself, started without a window. docs/decisions/0027
"%~dp0..\..\Assay.exe" --disable-gpu --log-level=3 --as-command -- %*
