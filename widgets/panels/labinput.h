#pragma once
// What was typed into fields of the lab, so that it is there again when its run is chosen again.

#include <QJsonObject>
#include <QWidgetList>

namespace aha {

/// By object name: numbers, texts, and choices (their data, else their text).
QJsonObject fieldValues(const QWidgetList& fields);
/// Of these, what is not as in `before`.
QJsonObject changedValues(const QWidgetList& fields, const QJsonObject& before);
/// In the order of `fields`. What is not offered any more is passed over, a number out of its range becomes its end.
void putFieldValues(const QWidgetList& fields, const QJsonObject& values);

/// They are kept by whoever keeps fieldValues(), and not by the window.
void keepElsewhere(const QWidgetList& fields);

} // namespace aha
