using System.Text.Json;
using Tidegate.Load;

if (LoadOptions.Parse(args, out var error) is not { } options)
{
    await Console.Error.WriteLineAsync($"LoadClient: {error}\n{LoadOptions.Usage}");
    return 2;
}

var report = await LoadRun.RunAsync(options);
Console.WriteLine(JsonSerializer.Serialize(report, LoadReport.Json));
return 0;
