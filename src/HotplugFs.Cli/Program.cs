using HotplugFs.Cli;
using HotplugFs.Cli.Commands;
using HotplugFs.Cli.Daemon;
using HotplugFs.Cli.Mounting;

// Before the names: a copy of the program that has only mount(8)'s name starts its daemon by that one too.
if (MachineDaemonProgram.IsCalled(args))
    return MachineDaemonProgram.Run(args);
var output = StandardOutput.Open();
if (MountHelper.IsCalled(ProgramName.Read()))
    return MountHelper.Run(args, output, Console.Error);
return MountLaunch.IsCalled(args)
    ? CommandLine.Guard(() => MountLaunch.Start(args, output), () => Console.Error, ProgramManners.HotplugFs)
    : CommandLine.Run(args, output, Console.Error);
