#pragma once
// Which runs are the same experiment with other seeds.

#include <QString>
#include <QStringList>
#include <QVector>

namespace aha {

/// The configuration without its name and its seed; equal for runs that differ in nothing else. Empty for a text that
/// is no configuration: such a run is like no other.
QString seedlessConfig(const QString& configJson);

/// Indices of the runs, those that differ only in general.seed and general.name together, in order of first appearance.
QVector<QVector<int>> seedGroups(const QStringList& configs);

} // namespace aha
