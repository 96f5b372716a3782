using HotplugFs.Bench;

if (args is ["--compare", { Length: > 0 } compared])
{
    Console.Write(Comparison.Text(Summary.Of(Measurement.Load([compared]))));
    return 0;
}
if (args is not [var folder, .. { Length: > 0 } files])
{
    Console.Error.WriteLine("usage: HotplugFs.Bench RESULTS-DIRECTORY MEASUREMENTS.jsonl .., or --compare MEASUREMENTS.jsonl");
    return 2;
}
var measurements = Measurement.Load(files);
Directory.CreateDirectory(folder);
var summaries = Summary.Of(measurements);
Console.Write(ReportTable.Text(summaries));
File.WriteAllText(Path.Combine(folder, "table.md"), ReportTable.Markdown(summaries));
File.WriteAllText(Path.Combine(folder, "summary.json"), Summary.ToJson(summaries));
File.WriteAllText(Path.Combine(folder, "blocks.svg"), BlocksPlot.Draw(summaries));
return 0;
