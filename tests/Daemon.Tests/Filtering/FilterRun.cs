using System.Text;
using Tidegate.Filtering;

namespace Tidegate.Tests.Filtering;

/// <summary>What a filter made of an answer: the bytes up to the end or the failure.</summary>
internal sealed record FilterRun(byte[] Output, string? Failure, long Shown, long Withheld)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public static FilterRun Of(byte[] body, AnswerForm form, ObjectVisibility shows, bool strip = false) => Of(new ChunkedStream([body]), form, shows, strip);

    public static FilterRun Of(Stream body, AnswerForm form, ObjectVisibility shows, bool strip = false) =>
        Of(FilteredBody.Create(body, form, shows, new FilterOptions(strip, null)));

    /// <summary>Reads to the end. No waiting: the bodies of these tests are there at once.</summary>
    public static FilterRun Of(FilteredStream stream, int bufferSize = 4096)
    {
        using var output = new MemoryStream();
        var buffer = new byte[bufferSize];
        try
        {
            while (Read(stream, buffer) is > 0 and var count)
            {
                output.Write(buffer, 0, count);
            }

            return new FilterRun(output.ToArray(), null, stream.Shown, stream.Withheld);
        }
        catch (UnfilterableAnswerException e)
        {
            Should.Throw<UnfilterableAnswerException>(() => Read(stream, buffer)).Message.ShouldBe(e.Message);
            return new FilterRun(output.ToArray(), e.Message, stream.Shown, stream.Withheld);
        }
        finally
        {
            stream.Dispose();
        }
    }

    /// <summary>The same answer in other portions gives the same: cut at every byte, and byte by byte.</summary>
    public void ShouldNotDependOnPortions(byte[] body, Func<Stream, FilteredStream> filter)
    {
        for (var cut = 1; cut < body.Length; cut++)
        {
            ShouldBeAlso(Of(filter(ChunkedStream.CutAt(body, cut))), $"cut at {cut}");
        }

        ShouldBeAlso(Of(filter(ChunkedStream.ByteByByte(body))), "byte by byte");
    }

    /// <summary>The same in other portions: the same output, or a failure where there is one.</summary>
    public void ShouldBeAlso(FilterRun other, string portions)
    {
        if (Failure is null)
        {
            other.Failure.ShouldBeNull(portions);
            Convert.ToHexString(other.Output).ShouldBe(Convert.ToHexString(Output), portions);
            (other.Shown, other.Withheld).ShouldBe((Shown, Withheld), portions);
        }
        else
        {
            other.Failure.ShouldNotBeNull(portions);
        }
    }

    /// <summary>A part of the answer never gives more than the whole, and fails unless it ends where the answer may end.</summary>
    /// <param name="isWhole">Whether the first so many bytes are an answer by themselves.</param>
    public void ShouldFailWhenCutOff(byte[] body, Func<Stream, FilteredStream> filter, Func<int, bool> isWhole)
    {
        for (var length = 0; length < body.Length; length++)
        {
            var part = Of(filter(new ChunkedStream([body[..length]])));
            (part.Failure is null).ShouldBe(isWhole(length), $"the first {length} bytes of {body.Length}: {part.Failure}");
            Output.AsSpan().StartsWith(part.Output).ShouldBeTrue($"the first {length} bytes gave more");
        }
    }

    private static int Read(FilteredStream stream, byte[] buffer) => stream.ReadAsync(buffer, CancellationToken.None).AsTask().GetAwaiter().GetResult();
}
