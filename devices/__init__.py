"""Bedside devices: readings, codecs and drivers.

Import the modules you need: this file stays empty, so that a codec never loads a Bluetooth stack.
"""
