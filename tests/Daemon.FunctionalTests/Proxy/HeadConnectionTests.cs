using System.Net;
using Tidegate.FunctionalTests.Infrastructure;

namespace Tidegate.FunctionalTests.Proxy;

/// <summary>
/// A HEAD is answered with its headers, but an API server goes on with it as with a GET: a watch until its time is over, during which it reads no other request from
/// that connection. Whoever was given that connection next would wait for as long.
/// </summary>
public sealed class HeadConnectionTests(Scene scene) : IClassFixture<Scene>
{
    [Theory]
    [InlineData("/api/v1/pods?watch=true")]
    [InlineData("/api/v1/watch/pods")]
    [InlineData("/api/v1/namespaces/a/pods/b/log?follow=true")]
    [InlineData("/api/v1/namespaces/a/services/b/proxy/slow")]
    [InlineData("/version")]
    public async Task What_a_cluster_goes_on_with_after_a_HEAD_delays_nobody(string path)
    {
        scene.Answer = r => r.RequestLine.StartsWith("HEAD ", StringComparison.Ordinal) ? GoOnAsync(r) : RawUpstream.Ok(r);
        for (var i = 0; i < 3; i++)
        {
            await using var client = await scene.ConnectAsync();
            await client.SendAsync($"HEAD /clusters/c1{path} HTTP/1.1\r\nHost: g\r\n\r\n");
            (await client.ReadHeadAsync()).Status.ShouldBe(200);
            (await scene.ExchangeAsync(Scene.Get("/clusters/c1/version"))).Head.Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task Nor_does_it_over_HTTP2()
    {
        scene.Answer = r => r.RequestLine.StartsWith("HEAD ", StringComparison.Ordinal) ? GoOnAsync(r) : RawUpstream.Ok(r);
        var client = scene.Http2("bob");
        for (var i = 0; i < 3; i++)
        {
            using var head = new HttpRequestMessage(HttpMethod.Head, new Uri("/clusters/c1/api/v1/pods?watch=true", UriKind.Relative));
            using var answer = await client.SendAsync(head);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
            (await client.GetStringAsync(new Uri("/clusters/c1/version", UriKind.Relative))).ShouldBe("{}");
        }
    }

    private static async Task GoOnAsync(RawRequest request)
    {
        await request.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n");
        await request.ParkAsync();
    }
}
