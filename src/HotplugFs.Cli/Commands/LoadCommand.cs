using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using HotplugFs.Cli.Terminals;
using HotplugFs.Engine.Memory;

namespace HotplugFs.Cli.Commands;

/// <summary>
/// <c>hotplugfs load [DIR] [--id ID ..]</c>: starts, resizes, stops or lists loads through the control files <c>hotplugfs/load</c>.
/// </summary>
internal sealed class LoadCommand
{
    private readonly Argument<string?> _directory = Arguments.MakeOptional("DIR", MachineDirectory.Description);
    private readonly Option<string?> _id = new("--id") { HelpName = "ID", Description = "Name of the load; without it the loads are listed" };
    private readonly Option<string?> _size = new("--size") { HelpName = "SIZE", Description = "Size of its memory: 300M, 1G" };

    private readonly Option<string?> _kind = new("--kind")
    {
        HelpName = "KIND",
        Description = $"What its pages hold: {string.Join(", ", PageKinds.LoadKinds)} [default: anon]",
    };

    private readonly Option<string?> _hugePageSize = new("--hugepage-size")
    {
        HelpName = "PAGE",
        Description = "Size of its huge pages, which the machine must have: 2M, 1G; only with --kind hugetlb [default: the usual one]",
    };

    private readonly Option<int?> _node = new("--node") { HelpName = "N", Description = "Node that it runs on [default: the first]" };

    private readonly Option<string?> _policy = new("--policy")
    {
        HelpName = "POLICY",
        Description = "prefer the node, bind to it, or interleave over all nodes [default: prefer]",
    };

    private readonly Option<int?> _churn = new("--churn")
    {
        HelpName = "N",
        Description = "Free a random quarter of its pages and allocate as many, N times, to scatter free memory",
    };

    private readonly Option<int?> _seed = new("--seed") { HelpName = "N", Description = "Seed of --churn [default: 1]" };
    private readonly Option<bool> _stop = new("--stop") { Description = "Stop the load and free its memory" };

    private readonly Option<bool> _json = new("--json") { Description = "Write JSON: the loads with their kinds, sizes, nodes and blocks" };

    /// <summary>Composes the subcommand.</summary>
    public static Command Build() => new LoadCommand().Compose();

    private Command Compose()
    {
        var command = new Command(SubcommandNames.Load, "Start, resize, stop or list what uses the memory of a mounted machine")
        {
            _directory, _id, _size, _kind, _hugePageSize, _node, _policy, _churn, _seed, _stop, _json,
        };
        command.Validators.Add(result =>
        {
            var (id, size, stop) = (result.GetValue(_id), result.GetValue(_size), result.GetValue(_stop));
            if (id is null && (size is not null || stop))
                result.AddError("--id is missing: name the load to start, resize or stop");
            if (result.GetValue(_json) && id is not null)
                result.AddError("--json lists the loads; leave out --id");
            else if (id is not null && size is null == !stop)
                result.AddError("with --id give either --size, to start or resize the load, or --stop");
        });
        command.Validators.Add(CheckHugePageSize);
        Examples.AddTo(command,
            "hotplugfs load /tmp/machine --id app --size 300M --node 1",
            "hotplugfs load /tmp/machine --id vm --size 4G --kind hugetlb --hugepage-size 1G",
            "hotplugfs load /tmp/machine --id app --size 100M",
            "hotplugfs load /tmp/machine",
            "hotplugfs load /tmp/machine --json",
            "hotplugfs load /tmp/machine --id app --stop");
        command.SetAction(Run);
        return command;
    }

    private void CheckHugePageSize(CommandResult result)
    {
        if (result.GetValue(_hugePageSize) is not { } size)
            return;
        if (!ByteSize.TryParse(size, out _))
            result.AddError($"--hugepage-size \"{size}\" is not a size: write 2M, 1G or another size of huge pages");
        else if (result.GetValue(_stop))
            result.AddError("--stop frees all pages; leave out --hugepage-size");
        else if (result.GetValue(_kind) != PageKind.Hugetlb.Name())
            result.AddError("only a load of --kind hugetlb has a --hugepage-size");
    }

    private int Run(ParseResult parsed)
    {
        var control = new MachineControl(parsed.GetValue(_directory));
        if (parsed.GetValue(_json))
        {
            parsed.InvocationConfiguration.Output.Write(JsonText.WriteArray(control.Names("load"), (json, name) => Write(json, control, name)));
            return ExitStatus.Success;
        }
        if (parsed.GetValue(_id) is not { } id)
        {
            foreach (var name in control.Names("load"))
                parsed.InvocationConfiguration.Output.WriteLine(Describe(control, name));
            return ExitStatus.Success;
        }
        if (parsed.GetValue(_stop))
            control.Write("load/stop", id, $"stopping {id}");
        else if (control.Read($"load/{id}/kind") is not null)
            control.Write("load/resize", $"id={id} size={parsed.GetValue(_size)}", $"resizing {id}");
        else
            control.Write("load/start", Request(parsed, id), $"starting {id}");
        if (!parsed.GetValue(_stop))
            parsed.InvocationConfiguration.Output.WriteLine(Describe(control, id));
        return ExitStatus.Success;
    }

    private string Request(ParseResult parsed, string id)
    {
        var words = new List<string> { $"id={id}", $"size={parsed.GetValue(_size)}" };
        void Add<T>(string key, Option<T> option)
        {
            if (parsed.GetValue(option) is { } value)
                words.Add(string.Create(CultureInfo.InvariantCulture, $"{key}={value}"));
        }
        Add("kind", _kind);
        Add("hugepage_size", _hugePageSize);
        Add("node", _node);
        Add("policy", _policy);
        Add("churn", _churn);
        Add("seed", _seed);
        return string.Join(' ', words);
    }

    private static void Write(Utf8JsonWriter json, MachineControl control, string id)
    {
        json.WriteString("id", id);
        json.WriteString("kind", control.Read($"load/{id}/kind"));
        json.WriteNumber("size", long.Parse(control.Read($"load/{id}/size")!, CultureInfo.InvariantCulture));
        json.WriteNumber("resident", long.Parse(control.Read($"load/{id}/resident")!, CultureInfo.InvariantCulture));
        foreach (var list in (string[])["nodes", "blocks"])
        {
            json.WriteStartObject(list);
            foreach (var line in control.Read($"load/{id}/{list}")!.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                json.WriteNumber(line.Split(' ')[0], long.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture));
            json.WriteEndObject();
        }
    }

    /// <summary>Returns a line with the load's kind and size, and its pages by block.</summary>
    private static string Describe(MachineControl control, string id)
    {
        var blocks = control.Read($"load/{id}/blocks")!.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => line.Split(' ')).Select(pair => $"memory{pair[0]} ({pair[1]} pages)");
        return $"{id}: {control.Read($"load/{id}/kind")}, {control.Read($"load/{id}/resident")} bytes in {string.Join(", ", blocks)}";
    }
}
