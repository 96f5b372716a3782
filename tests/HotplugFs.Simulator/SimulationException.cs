namespace HotplugFs.Simulator;

/// <summary>Something that must never happen has happened.</summary>
internal sealed class SimulationException(string message) : Exception(message);
