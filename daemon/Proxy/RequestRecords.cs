using Tidegate.Audit;
using Tidegate.Metrics;

namespace Tidegate.Proxy;

/// <summary>What every request leaves behind: its audit records, and its part in the metrics.</summary>
internal sealed record RequestRecords(AuditLog Audit, ProxyMetrics Metrics);
