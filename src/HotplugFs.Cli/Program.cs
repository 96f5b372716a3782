using HotplugFs.Cli;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.MountHelper;

// Before the program's name is looked at: a copy of the program that exists only under the helper's name starts its daemon by that name.
if (DaemonProgram.IsCalled(args))
    return DaemonProgram.Run(args);
var output = StandardOutput.Open();
if (MountHelperCommand.IsCalled(ProgramName.Read()))
    return CommandLine.RunMountHelper(args, output, Console.Error);
return MountLaunch.IsCalled(args)
    ? CommandLine.Guard(() => MountLaunch.Start(args, output), () => Console.Error, ProgramIdentity.HotplugFs)
    : CommandLine.Run(args, output, Console.Error);
