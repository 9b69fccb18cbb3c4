using Tidegate.HostFiles;
using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Compares the paths in a configuration with the file system. Apart from the parser, which needs no host.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Reads a configuration that a daemon can run with: valid, and the files that it names are there.</summary>
    public static ConfigurationResult ReadVerified(string path)
    {
        var read = ConfigurationReader.Read(path);
        if (read.Configuration is not { } valid)
        {
            return read;
        }

        var checkedFiles = read with { Warnings = [.. read.Warnings, .. Warnings(path, valid)] };
        return Verify(valid) is { Count: > 0 } errors ? checkedFiles with { Configuration = null, Errors = errors } : checkedFiles;
    }

    /// <returns>A warning for every file and folder that others may change or read, and yet is no reason to refuse the configuration.</returns>
    /// <param name="path">The configuration's own file.</param>
    public static IReadOnlyList<Problem> Warnings(string path, TidegateConfiguration configuration)
    {
        var own = FilePermissions.Objection(path) is { } objection ? new[] { new Problem(path, 0, 0, "", objection) } : [];
        return [.. own, .. configuration.Files.SelectMany(r => Oddities(r).Select(m => new Problem(r.ConfigurationFile, r.Line, r.Column, r.Field, m)))];
    }

    /// <returns>One error for every path that does not serve, each with its place in the configuration.</returns>
    public static IReadOnlyList<Problem> Verify(TidegateConfiguration configuration)
    {
        var problems = new List<Problem>();
        foreach (var reference in configuration.Files)
        {
            if (Examine(reference) is { } message)
            {
                problems.Add(new(reference.ConfigurationFile, reference.Line, reference.Column, reference.Field, message));
            }
        }

        return problems;
    }

    private static IEnumerable<string> Oddities(FileReference reference) => reference.Kind switch
    {
        FileReferenceKind.Input or FileReferenceKind.Credential => FilePermissions.Warnings(reference.Path, isSecret: false),
        FileReferenceKind.Secret => FilePermissions.Warnings(reference.Path, isSecret: true),
        FileReferenceKind.Directory => new[] { reference.Path }.Concat(Directory.Exists(reference.Path) ? Directory.EnumerateFiles(reference.Path).Order(StringComparer.Ordinal) : [])
            .Select(FilePermissions.Objection).OfType<string>().Distinct(),
        _ => FilePermissions.Objection(File.Exists(reference.Path) || Directory.Exists(reference.Path) ? reference.Path : Path.GetDirectoryName(reference.Path)!) is { } objection ? [objection] : [],
    };

    private static string? Examine(FileReference reference) => reference.Kind switch
    {
        FileReferenceKind.Input or FileReferenceKind.Secret => ExamineInput(reference.Path) ?? FilePermissions.Objection(reference.Path),
        FileReferenceKind.Credential => ExamineCredential(reference.Path) ?? FilePermissions.Objection(reference.Path),
        FileReferenceKind.OwnDirectory => null,
        FileReferenceKind.Directory => Directory.Exists(reference.Path) ? null : $"the folder {reference.Path} does not exist; make it or remove the entry",
        _ => ExamineOutput(reference.Path),
    };

    private static string? ExamineInput(string path)
    {
        if (Directory.Exists(path))
        {
            return $"{path} is a folder; name a file in it";
        }

        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return $"the file {path} does not exist; put it there or correct the path";
        }
        catch (UnauthorizedAccessException)
        {
            return $"the file {path} may not be read by this user; check its owner and mode";
        }
        catch (IOException e)
        {
            return $"the file {path} cannot be read: {e.Message}";
        }
    }

    private static string? ExamineCredential(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return CredentialFile.Remedy(path);
        }
        catch (UnauthorizedAccessException)
        {
            return $"the credential {path} may be read by root alone; run this as root";
        }
        catch (IOException e)
        {
            return $"the credential {path} cannot be read: {e.Message}";
        }
    }

    private static string? ExamineOutput(string path)
    {
        if (Directory.Exists(path))
        {
            return $"{path} is a folder; name a file in it";
        }

        var folder = Path.GetDirectoryName(path);
        return folder is not null && Directory.Exists(folder) ? null : $"the folder of {path} does not exist; make it first";
    }
}
