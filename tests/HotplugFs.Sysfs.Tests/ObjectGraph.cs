using System.Collections;
using System.Reflection;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Sysfs.Tests;

/// <summary>
/// All objects that can be reached from an object, as text, by reflection: so a test can compare whole states, with fields that were
/// forgotten. What an object is called by is its place in the walk, so that two graphs with the same shape have the same text.
/// </summary>
internal sealed class ObjectGraph
{
    private readonly Func<FieldInfo, bool> _isOmitted;
    private readonly Dictionary<object, int> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Queue<(string Path, object Value)> _queue = new();
    private readonly List<string> _lines = [];

    private ObjectGraph(Func<FieldInfo, bool> isOmitted) => _isOmitted = isOmitted;

    /// <summary>Describes the graph, a line for each value.</summary>
    /// <param name="isOmitted">Returns true for fields that are not to be followed.</param>
    public static string[] Describe(object root, Func<FieldInfo, bool> isOmitted)
    {
        var graph = new ObjectGraph(isOmitted);
        graph.Add("", root);
        while (graph._queue.TryDequeue(out var next))
            graph.AddFields(next.Path, next.Value);
        return [.. graph._lines];
    }

    private void Add(string path, object? value)
    {
        switch (value)
        {
            case null or string or Type or MemberInfo or Pointer:
                _lines.Add($"{path} = {value ?? "null"}");
                break;
            case TimeProvider or TextBuffer:
                break;
            case not null when value.GetType().IsPrimitive || value.GetType().IsEnum:
                _lines.Add($"{path} = {value}");
                break;
            default:
                if (value.GetType().IsValueType)
                    AddFields(path, value);
                else if (_seen.TryGetValue(value, out var number))
                    _lines.Add($"{path} = object {number}");
                else
                {
                    _seen.Add(value, _seen.Count);
                    _lines.Add($"{path} = new {value.GetType().Name}");
                    _queue.Enqueue((path, value));
                }
                break;
        }
    }

    private void AddFields(string path, object value)
    {
        var type = value.GetType();
        if (value is IEnumerable items && type.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true || type.IsArray)
        {
            var index = 0;
            foreach (var item in ((IEnumerable)value).Cast<object?>().OrderBy(item => IsUnordered(type) ? item!.ToString() : ""))
                Add($"{path}[{index++}]", item);
            return;
        }
        if (value is BlockSet set)
        {
            _lines.Add($"{path} = {string.Join(' ', set.Members())}");
            return;
        }
        if (value is Delegate call)
        {
            foreach (var each in call.GetInvocationList())
                Add($"{path}.{each.Method.Name}", each.Target);
            return;
        }
        for (var current = type; current is not null && current != typeof(object); current = current.BaseType)
        {
            foreach (var field in current.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                if (!_isOmitted(field) && !field.FieldType.IsPointer)
                    Add($"{path}.{Name(field)}", field.GetValue(value));
        }
    }

    /// <summary>True if no code may depend on the order of the items.</summary>
    private static bool IsUnordered(Type type) =>
        type.IsGenericType && (type.GetGenericTypeDefinition() == typeof(Dictionary<,>) || type.GetGenericTypeDefinition() == typeof(HashSet<>));

    /// <summary>The name of a field, or of the property that it belongs to.</summary>
    public static string Name(FieldInfo field) => field.Name is ['<', .. var rest] ? rest[..rest.IndexOf('>', StringComparison.Ordinal)] : field.Name;
}
