using System.Globalization;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>
/// A list in pages, from a case file: <c>visible …</c>, then <c>limit N shown N withheld N</c>, the first page, and for each look behind it <c>-- TOKEN wants N passes N</c> with
/// the page that is found, or with <c>ends TOKEN</c> in the same line when none is. <c>all</c> is as many as there are. A sealed token is <c>sealed-TOKEN</c>.
/// </summary>
internal sealed record PageCase(bool Strip, string[] Visible, long Limit, long Shown, long Withheld, byte[] First, IReadOnlyList<PageCase.Look> Looks)
{
    /// <param name="parse">Makes bytes of a page's lines.</param>
    public static PageCase Parse(string input, Func<string, byte[]> parse)
    {
        var lines = input.TrimEnd('\n').Split('\n');
        var strip = lines[0] == "strip";
        var begin = strip ? 1 : 0;
        var words = lines[begin + 1].Split(' ');
        var (page, pages, looks) = (new List<string>(), new List<byte[]>(), new List<string[]>());
        foreach (var line in lines[(begin + 2)..].Append("-- "))
        {
            if (line.StartsWith("-- ", StringComparison.Ordinal))
            {
                pages.Add(parse(string.Join('\n', page)));
                page.Clear();
                looks.Add(line.Split(' '));
            }
            else
            {
                page.Add(line);
            }
        }

        return new PageCase(
            strip, lines[begin].Split(' ')[1..], Number(words[1]), Number(words[3]), Number(words[5]), pages[0],
            [.. looks.SkipLast(1).Zip(pages.Skip(1), (l, p) => new Look(l[1], Number(l[3]), Number(l[5]), l.Length > 6 ? l.ElementAtOrDefault(7) ?? "" : null, p))]);
    }

    public bool Shows(string ns, string name) => Visible.Contains($"{ns}/{name}");

    /// <summary>The list, read on as the case says.</summary>
    /// <param name="looked">Gets the number of looks.</param>
    public FilteredStream Open(Stream first, AnswerForm form, Func<int, byte[], Stream> page, Action<int>? looked = null)
    {
        var next = 0;
        Task<FurtherPage> ReadOn(string token, long wanted, CancellationToken cancellationToken)
        {
            next.ShouldBeLessThan(Looks.Count, $"nobody expects a look behind {token}");
            var look = Looks[next];
            (token, wanted).ShouldBe((look.Token, look.Wanted), $"look {next}");
            next++;
            looked?.Invoke(next);
            return Task.FromResult(look.Ends is { } end ? new FurtherPage(null, end, look.Passed) : new FurtherPage(page(next, look.Page), "not used", look.Passed));
        }

        return FilteredBody.Create(first, form, Shows, new FilterOptions(Strip, null) { Paging = new ListPaging(Limit, t => "sealed-" + t, ReadOn) });
    }

    private static long Number(string word) => word == "all" ? long.MaxValue : long.Parse(word, CultureInfo.InvariantCulture);

    /// <param name="Ends">Where the list may go on when no page is found; empty: nowhere; null: one is found.</param>
    internal sealed record Look(string Token, long Wanted, long Passed, string? Ends, byte[] Page);
}
