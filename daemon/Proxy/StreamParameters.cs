using Microsoft.AspNetCore.WebUtilities;

namespace Tidegate.Proxy;

/// <summary>Reads for the audit record what an exec runs and which ports a port-forward names.</summary>
internal static class StreamParameters
{
    public static void Describe(ProxyExchange exchange)
    {
        var parameter = exchange.Request!.Subresource switch
        {
            "exec" or "attach" => "command",
            "portforward" => "ports",
            _ => null,
        };
        if (parameter is null)
        {
            return;
        }

        var values = new List<string>();
        foreach (var pair in new QueryStringEnumerable(exchange.Target.Query))
        {
            var name = pair.DecodeName().Span;
            if (name.SequenceEqual(parameter))
            {
                values.Add(pair.DecodeValue().ToString());
            }
            else if (name.SequenceEqual("tty"))
            {
                exchange.Audit.Interactive = pair.DecodeValue().Span is "true" or "1";
            }
        }

        exchange.Audit.Command = values;
    }
}
