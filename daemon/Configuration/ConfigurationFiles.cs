using Tidegate.Values;

namespace Tidegate.Configuration;

/// <summary>Compares the paths in a configuration with the file system. Apart from the parser, which needs no host.</summary>
internal static class ConfigurationFiles
{
    /// <summary>Reads a configuration that a daemon can run with: valid, and the files that it names are there.</summary>
    public static ConfigurationResult ReadVerified(string path)
    {
        var read = ConfigurationReader.Read(path);
        return read.Configuration is { } valid && Verify(valid) is { Count: > 0 } errors ? read with { Configuration = null, Errors = errors } : read;
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

    private static string? Examine(FileReference reference) => reference.Kind switch
    {
        FileReferenceKind.Input => ExamineInput(reference.Path),
        FileReferenceKind.Credential => ExamineCredential(reference.Path),
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
