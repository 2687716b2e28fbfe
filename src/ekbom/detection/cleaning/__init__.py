"""What stands in the signal beside the muscle.

Hum, heart beats, discharges, cross-talk, lost time.
"""
