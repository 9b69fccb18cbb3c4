using System.Security.Cryptography.X509Certificates;
using Tidegate.Tests.Kubernetes;
using Tidegate.Values;

namespace Tidegate.Tests.Values;

/// <summary>A block that readers would pass over is an error; what they read is none. The platform's reader is the judge of how many certificates are found.</summary>
public sealed class PemBlocksTests
{
    private const string Joined = "has the end of one PEM block and the begin of another on line {0}, as when files are joined of which the first has no final line break: put a line break between them";
    private const string Damaged = "holds a PEM block that cannot be read (line {0}): it is cut off or damaged; copy it anew, with -----BEGIN and -----END each on a line of its own";

    private static readonly string Certificate = SampleKubeconfig.CertificatePem.TrimEnd() + "\n";
    private static readonly string Bare = Certificate.TrimEnd();
    private static readonly int Lines = Certificate.Count(c => c == '\n');

    public static TheoryData<string, string, int> Whole => new()
    {
        { "as made", Certificate, 1 },
        { "without the final line break", Bare, 1 },
        { "Windows' line ends", Certificate.Replace("\n", "\r\n", StringComparison.Ordinal), 1 },
        { "Windows' line ends, the last missing", Bare.Replace("\n", "\r\n", StringComparison.Ordinal), 1 },
        { "old line ends", Certificate.Replace("\n", "\r", StringComparison.Ordinal), 1 },
        { "blanks at the line ends", Certificate.Replace("\n", " \n", StringComparison.Ordinal), 1 },
        { "indented", Certificate.Replace("\n", "\n  ", StringComparison.Ordinal), 1 },
        { "two, one after the other", Certificate + Bare, 2 },
        { "two with a blank between", Bare + " " + Bare, 2 },
        { "text around", "subject=CN = a\n" + Certificate + "issuer=b -----\n" + Certificate + "end", 2 },
        { "one commented out", Certificate + "#" + Certificate.Replace("\n", "\n# ", StringComparison.Ordinal), 1 },
        { "key beside it", SampleKubeconfig.KeyPem + "\n" + Certificate, 1 },
        { "empty", "", 0 },
        { "no PEM", "nothing", 0 },
    };

    public static TheoryData<string, string, string, int> Lost => new()
    {
        { "two joined", Bare + Bare + "\n", Joined, Lines },
        { "the last two of three joined", Certificate + Bare + Bare, Joined, 2 * Lines },
        { "joined with Windows' line ends", (Certificate + Bare + Bare).Replace("\n", "\r\n", StringComparison.Ordinal), Joined, 2 * Lines },
        { "key and certificate joined", SampleKubeconfig.KeyPem.TrimEnd() + Certificate, Joined, 1 + SampleKubeconfig.KeyPem.TrimEnd().Count(c => c == '\n') },
        { "cut off", Bare[..200], Damaged, 1 },
        { "the second cut off", Certificate + Bare[..200], Damaged, 1 + Lines },
        { "the first cut off", Bare[..200] + "\n" + Certificate, Damaged, 1 },
        { "a letter that is no base64", Certificate + Certificate.Replace("\nM", "\n*", StringComparison.Ordinal), Damaged, 1 + Lines },
        { "a text right before it", Certificate + "ca=" + Certificate, Damaged, 1 + Lines },
        { "another end", Bare.Replace("END CERTIFICATE", "END KEY", StringComparison.Ordinal), Damaged, 1 },
        { "without its last dashes", Certificate + Bare.TrimEnd('-'), Damaged, 1 + Lines },
    };

    [Theory]
    [MemberData(nameof(Whole))]
    public void What_is_read_is_not_objected_to(string form, string text, int certificates)
    {
        PemBlocks.Damage(text).ShouldBeNull(form);
        Found(text).ShouldBe(certificates, form);
    }

    [Theory]
    [MemberData(nameof(Lost))]
    public void What_would_be_missing_without_a_word_is_said_with_its_line(string form, string text, string message, int line)
    {
        PemBlocks.Damage(text).ShouldBe(string.Format(System.Globalization.CultureInfo.InvariantCulture, message, line), form);
        Found(text).ShouldBeLessThan(text.Split("BEGIN CERTIFICATE").Length - 1, form);
    }

    private static int Found(string text)
    {
        var found = new X509Certificate2Collection();
        found.ImportFromPem(text.Replace(SampleKubeconfig.KeyPem + "\n", "", StringComparison.Ordinal));
        return found.Count;
    }
}
