using System.IO.Pipelines;
using Tidegate.Proxy;

namespace Tidegate.FunctionalTests.Proxy;

public sealed class RecordSizedBodyTests
{
    [Fact]
    public async Task A_large_body_leaves_in_pieces_of_nearly_a_record()
    {
        var sizes = new List<int>();
        await using var sent = new Recorder(sizes);
        var body = new byte[50_000];
        Random.Shared.NextBytes(body);
        var writer = PipeWriter.Create(sent);
        await using var records = new RecordSizedBody(writer);
        await records.WriteAsync(body);

        sizes.ShouldBe([16_320, 16_320, 16_320, 1_040]);
        sent.ToArray().ShouldBe(body);
    }

    private sealed class Recorder(List<int> sizes) : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            sizes.Add(buffer.Length);
            return base.WriteAsync(buffer, cancellationToken);
        }
    }
}
