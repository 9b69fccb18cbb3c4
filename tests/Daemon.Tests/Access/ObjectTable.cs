using System.Text;
using Tidegate.Access;
using Tidegate.Kubernetes;
using Tidegate.Labels;
using Tidegate.Manifests;
using Tidegate.State;

namespace Tidegate.Tests.Access;

/// <summary>
/// A table about objects: manifests of roles and users as somebody commits them, a line <c>===</c>, and cases, one a line, cells between tabs. Every person
/// means the cluster <c>c1</c>, whose labels are <c>env: dev</c>. Used against the rules alone and against the whole gate.
/// </summary>
/// <remarks>
/// Cells: person; request; outcome (<c>allowed</c>, <c>some</c>: a part of a collection, <c>denied</c>); the rule that decides, as <c>role:line</c> of the manifests, or
/// <c>-</c>; the groups that are sent, joined by <c>+</c>, or <c>-</c>; for <c>some</c> which objects are shown (<c>+ns/name</c>, <c>+name</c> for kinds of the cluster) and which are
/// not (<c>-ns/name</c>); and why.
/// </remarks>
internal sealed record ObjectTable(string Name, DesiredState State, IReadOnlyList<ObjectCase> Cases)
{
    public const string Cluster = "c1";

    /// <summary>The revision that the manifests are read at.</summary>
    public const string Revision = "0123456789abcdef0123456789abcdef01234567";

    public static readonly LabelSet Labels = LabelSet.From([new("env", "dev")]);

    /// <param name="folder">Where the tables lie.</param>
    public static IReadOnlyList<string> Names(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*.objects").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static ObjectTable Read(string folder, string name)
    {
        var (state, cases) = ReadCases(Path.Combine(folder, name));
        return new(name, state, [.. cases.Select(c => ObjectCase.Of(c.Cells, name, c.Line))]);
    }

    /// <summary>Reads a table: what its manifests come to, and the cells of each case with the number of its line.</summary>
    /// <param name="columns">How many cells a case has; another number is an error that names the line.</param>
    public static (DesiredState State, IReadOnlyList<(int Line, string[] Cells)> Cases) ReadCases(string file, int columns = ObjectCase.Columns)
    {
        var name = Path.GetFileName(file);
        var lines = File.ReadAllLines(file);
        var split = Array.IndexOf(lines, "===");
        var manifests = Encoding.UTF8.GetBytes(string.Join('\n', lines.Take(split)) + "\n");
        var state = DesiredStateBuilder.Build(
            new(Revision, "A <a@example.com>", DateTimeOffset.UnixEpoch, "test"),
            [ManifestReader.Read(name, manifests, Revision)],
            DesiredState.Empty,
            new() { Selectors = [] },
            DateTimeOffset.UnixEpoch);
        if (state.Problems.FirstOrDefault(p => !p.IsWarning) is { } problem)
        {
            throw new InvalidDataException(problem.ToString());
        }

        return (state, [.. lines.Select((text, i) => (Line: i + 1, Text: text)).Skip(split + 1).Where(l => l.Text.Length > 0 && l.Text[0] != '#').Select(l => (l.Line, Cells(l.Text, l.Line)))]);

        string[] Cells(string text, int line) => text.Split('\t') is var cells && cells.Length == columns
            ? cells
            : throw new InvalidDataException($"{name}:{line} has {cells.Length} cells instead of {columns}");
    }

    public static AccessPolicy Policy(DesiredState state) => new(state.Roles, state.Users, state.Connectors.Values, state.Locks.Values, []);

    /// <summary>The rules of the table.</summary>
    public AccessPolicy Policy() => Policy(State);
}

/// <summary>One case of an <see cref="ObjectTable"/>.</summary>
/// <param name="Person"><c>CN</c>, <c>CN/O=one</c>.</param>
/// <param name="Request">
/// <c>METHOD PATH</c> and then any of <c>upgrade</c>, <c>apply</c> (the content type of a server-side apply), <c>body=NAME</c>, <c>generate=PREFIX</c> (of a
/// create), <c>as=USER</c>, <c>as-group=GROUP</c>.
/// </param>
/// <param name="Shows">Objects of the collection, with whether they are shown.</param>
internal sealed record ObjectCase(
    string Place, string Person, string Request, string Outcome, string Rule, string Groups, IReadOnlyList<(bool IsShown, string Namespace, string Name)> Shows, string Why)
{
    /// <summary>Cells of a case.</summary>
    public const int Columns = 7;

    public string Method => Words[0];

    /// <summary>Path and query below the cluster's prefix.</summary>
    public string Target => Words[1];

    public bool IsUpgrade => Words.Contains("upgrade");

    public bool IsApply => Words.Contains("apply");

    /// <summary>The name in the body of a create; null when there is none.</summary>
    public string? NameInBody => Option("body");

    public string? GeneratedFrom => Option("generate");

    public string? As => Option("as");

    public string? AsGroup => Option("as-group");

    private string[] Words => Request.Split(' ');

    public static ObjectCase Of(string[] cells, string file, int line) =>
        new($"{file}:{line}", cells[0], cells[1], cells[2], cells[3], cells[4] == "-" ? "" : cells[4], Objects(cells[5]), cells[6]);

    /// <summary>A request of which the table does not say what becomes of it.</summary>
    public static ObjectCase OfRequest(string person, string request) => new(request, person, request, "", "-", "", [], "");

    /// <summary>What the gate understands of the request.</summary>
    public RequestInfo Info()
    {
        var question = Target.IndexOf('?', StringComparison.Ordinal);
        var (info, refusal) = RequestInfoParser.Parse(Method, question < 0 ? Target : Target[..question], question < 0 ? "" : Target[(question + 1)..]);
        if (info is null)
        {
            throw new InvalidDataException($"{Place}: {refusal}");
        }

        var body = NameInBody is null && GeneratedFrom is null ? null : new NamesInBody(NameInBody ?? "", GeneratedFrom ?? "");
        return info with { IsUpgrade = IsUpgrade, IsApply = IsApply, Body = body };
    }

    /// <param name="scopes">Where the objects of a kind live.</param>
    public AccessQuestion Question(Func<string, string, KindScope> scopes)
    {
        var info = Info();
        return new(
            AccessWorld.Identity(Person), ObjectTable.Cluster, ObjectTable.Labels, info, new(As is { } user ? [user] : [], AsGroup is { } group ? [group] : [], []))
        {
            Scope = scopes(info.ApiGroup, info.Resource),
        };
    }

    public override string ToString() => $"{Place} {Person}: {Request}";

    private string? Option(string name) => Words.FirstOrDefault(w => w.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static (bool IsShown, string Namespace, string Name)[] Objects(string cell) =>
        [.. (cell == "-" ? "" : cell).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(o =>
            o[1..].Split('/') is [var ns, var name] ? (o[0] == '+', ns, name) : (o[0] == '+', "", o[1..]))];
}
