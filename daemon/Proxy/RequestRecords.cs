using Tidegate.Audit;
using Tidegate.Health;
using Tidegate.Metrics;

namespace Tidegate.Proxy;

/// <summary>What every request leaves behind: its audit records, its part in the metrics, and what it shows of its cluster.</summary>
internal sealed record RequestRecords(AuditLog Audit, ProxyMetrics Metrics, ClusterHealth Health);
