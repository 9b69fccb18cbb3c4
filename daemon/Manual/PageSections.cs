namespace Tidegate.Manual;

/// <summary>What people wrote, as sections of a page.</summary>
internal static class PageSections
{
    public static void Write(RoffPage page, IEnumerable<TextSection> sections)
    {
        foreach (var section in sections)
        {
            page.Section(section.Title);
            if (section.Text.Length > 0)
            {
                page.Text(section.Text);
            }

            foreach (var item in section.Items)
            {
                page.Item([RoffText.Running(item.Term)], item.Text);
            }
        }
    }

    /// <summary><c>name(1)</c> with the name in bold.</summary>
    public static string Reference(string page)
    {
        var bracket = page.LastIndexOf('(');
        return RoffText.InBold(page[..bracket]) + page[bracket..];
    }
}
