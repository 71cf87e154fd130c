#pragma once
// What a widget keeps over a crash that no field of it shows. Fields themselves (texts, choices, ticks, numbers, tabs,
// the current row of a table) are kept by the window, by their object names: a page does nothing for them.

#include <QJsonObject>
#include <QWidget>

namespace aha {

/// Implemented beside QWidget, by the widget itself.
class SessionPart {
public:
    virtual ~SessionPart() = default;
    /// Asked twice a second while its page is looked at: must not read files.
    virtual QJsonObject sessionState() const = 0;
    /// Takes over what sessionState() gave before. What does not fit any more is passed over.
    virtual void restoreSession(const QJsonObject& state) = 0;
};

inline constexpr const char* kPutBack = "aha.putBack";
/// The window puts back what stood in this field before: no person chooses it, so it must start nothing that works.
inline bool isPutBack(const QWidget* field) { return field->property(kPutBack).toBool(); }

inline constexpr const char* kKeptElsewhere = "aha.keptElsewhere";
/// The fields of `widget` and below show what something else keeps (a draft, a file of the queue, a live run): writing
/// into them would be an edit. A widget below may say otherwise.
inline void setKeptElsewhere(QWidget* widget, bool elsewhere = true) { widget->setProperty(kKeptElsewhere, elsewhere); }

} // namespace aha
