using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace HotplugFs.Machines.Recordings;

/// <summary>Reads a line of a recording and names the field that is wrong.</summary>
public static class RecordingLine
{
    /// <summary>Reads a line.</summary>
    /// <param name="file">The file's name, for messages.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="type">The record that documents the line.</param>
    /// <exception cref="MachineFileException">The line is not as documented.</exception>
    public static T Parse<T>(string file, int number, string line, JsonTypeInfo<T> type)
        where T : class
    {
        string problem;
        try
        {
            if (JsonSerializer.Deserialize(line, type) is { } read)
                return read;
            problem = NotAnObject(number);
        }
        catch (Exception error) when (error is JsonException or NotSupportedException)
        {
            problem = Describe(line, number, type, error);
        }
        throw new MachineFileException(file, number, problem);
    }

    /// <summary>
    /// Describes an invalid line. The exceptions of the serializer name types of this program, and JSON path and position instead of the
    /// field, so the line is read again.
    /// </summary>
    private static string Describe(string line, int number, JsonTypeInfo type, Exception error)
    {
        JsonElement json;
        try
        {
            json = JsonElement.Parse(line);
        }
        catch (JsonException syntax)
        {
            return number == 1 ? NotAnObject(number) : $"not JSON: syntax error at byte {syntax.BytePositionInLine + 1}";
        }
        if (json.ValueKind != JsonValueKind.Object)
            return NotAnObject(number);
        var what = number == 1 ? "the first line does not describe a machine" : "this is not an operation of a recording";
        return $"{what}: {FindProblem(json, type, "") ?? error.Message}";
    }

    private static string NotAnObject(int number) => number == 1
        ? "this is not a recording: the first line must be a JSON object that describes the machine"
        : "a line of a recording must be a JSON object";

    private static string? FindProblem(JsonElement json, JsonTypeInfo type, string path) => (type.Kind, json.ValueKind) switch
    {
        (JsonTypeInfoKind.Object, JsonValueKind.Object) when type.PolymorphismOptions is { } options => FindInDerived(json, type, options),
        (JsonTypeInfoKind.Object, JsonValueKind.Object) => FindInObject(json, type, path),
        (JsonTypeInfoKind.Dictionary, JsonValueKind.Object) => json.EnumerateObject()
            .Select(member => type.KeyType == typeof(int) && !int.TryParse(member.Name, out _)
                ? $"the name \"{Join(path, member.Name)}\" must end in a number"
                : FindProblem(member.Value, ElementOf(type), Join(path, member.Name)))
            .FirstOrDefault(problem => problem is not null),
        (JsonTypeInfoKind.Enumerable, JsonValueKind.Array) => json.EnumerateArray()
            .Select((element, index) => FindProblem(element, ElementOf(type), Join(path, $"{index}")))
            .FirstOrDefault(problem => problem is not null),
        _ => CanRead(json, type) ? null : $"the value of \"{path}\" is invalid: {json.GetRawText()}",
    };

    private static string? FindInDerived(JsonElement json, JsonTypeInfo type, JsonPolymorphismOptions options)
    {
        var discriminator = options.TypeDiscriminatorPropertyName;
        if (!json.TryGetProperty(discriminator, out var name))
            return $"\"{discriminator}\" is missing";
        var derived = options.DerivedTypes.FirstOrDefault(derived => Equals(derived.TypeDiscriminator, name.ToString()));
        if (derived.DerivedType is not null)
            return FindInObject(json, type.Options.GetTypeInfo(derived.DerivedType), "", discriminator);
        var known = options.DerivedTypes.Select(derived => derived.TypeDiscriminator).Order();
        return $"unknown {discriminator} \"{name}\" (known: {string.Join(", ", known)})";
    }

    private static string? FindInObject(JsonElement json, JsonTypeInfo type, string path, string? discriminator = null)
    {
        foreach (var member in json.EnumerateObject().Where(member => member.Name != discriminator))
        {
            var name = Join(path, member.Name);
            if (type.Properties.FirstOrDefault(property => property.Name == member.Name) is not { } property)
                return $"unknown field \"{name}\"";
            if (member.Value.ValueKind == JsonValueKind.Null && !property.IsSetNullable)
                return $"\"{name}\" must not be null";
            if (FindProblem(member.Value, type.Options.GetTypeInfo(property.PropertyType), name) is { } problem)
                return problem;
        }
        var missing = type.Properties.FirstOrDefault(property => property.IsRequired && !json.TryGetProperty(property.Name, out _));
        return missing is null ? null : $"\"{Join(path, missing.Name)}\" is missing";
    }

    private static JsonTypeInfo ElementOf(JsonTypeInfo type) => type.Options.GetTypeInfo(type.ElementType!);

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private static bool CanRead(JsonElement json, JsonTypeInfo type)
    {
        try
        {
            _ = json.Deserialize(type);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
