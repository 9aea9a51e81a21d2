"""The InfluxDB sink: a cursor over the store."""
