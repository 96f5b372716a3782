namespace HotplugFs.Sysfs.Control;

/// <summary>Parses a write to <c>hotplugfs/dimms/plug</c>: <c>node=1 size=512M id=dimm2</c>, optionally with
/// <c>at=ADDRESS</c>, and with <c>assigned=no</c> if the kernel is not told.</summary>
public static class DimmRequest
{
    /// <summary>The form of a request, for messages.</summary>
    public const string Form = "node=N size=BYTES id=NAME [at=ADDRESS] [assigned=no], for instance node=1 size=512M id=dimm2";

    /// <summary>Parses a request, whose words are separated by blanks.</summary>
    /// <param name="problem">What is wrong with the text, and what would be right.</param>
    public static bool TryParse(string text, out DimmDefinition definition, out string problem)
    {
        definition = new DimmDefinition("", 0, 0, null);
        var values = new Dictionary<string, string>();
        foreach (var word in text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = word.IndexOf('=', StringComparison.Ordinal);
            var key = equals < 0 ? word : word[..equals];
            if (equals < 0 || key is not ("node" or "size" or "id" or "at" or "assigned"))
                return Fail($"\"{word}\" is unknown; write {Form}", out problem);
            if (!values.TryAdd(key, word[(equals + 1)..]))
                return Fail($"{key}= is given twice", out problem);
        }
        foreach (var key in (string[])["node", "size", "id"])
            if (!values.ContainsKey(key))
                return Fail($"{key}= is missing; write {Form}", out problem);
        return TryRead(values, out definition, out problem);
    }

    private static bool TryRead(Dictionary<string, string> values, out DimmDefinition definition, out string problem)
    {
        definition = new DimmDefinition("", 0, 0, null);
        if (!int.TryParse(values["node"], NumberStyles.None, CultureInfo.InvariantCulture, out var node))
            return Fail($"node={values["node"]} is not a node number", out problem);
        if (!ByteSize.TryParse(values["size"], out var size))
            return Fail($"size={values["size"]} is not a size; write bytes or a number with K, M, G or T", out problem);
        if (!DimmDefinition.IsId(values["id"]))
            return Fail($"id={values["id"]} is not a valid name: {DimmDefinition.IdForm}", out problem);
        long? address = null;
        if (values.TryGetValue("at", out var at))
        {
            if (!ByteSize.TryParse(at, out var place))
                return Fail($"at={at} is not an address; write 0x140000000 or 5G", out problem);
            address = place;
        }
        var assigned = values.GetValueOrDefault("assigned", "yes");
        if (assigned is not ("yes" or "no"))
            return Fail($"assigned={assigned} is not yes or no", out problem);
        definition = new DimmDefinition(values["id"], node, size, address) { IsAssigned = assigned == "yes" };
        problem = "";
        return true;
    }

    private static bool Fail(string what, out string problem)
    {
        problem = what;
        return false;
    }
}
