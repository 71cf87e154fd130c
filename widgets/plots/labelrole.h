#pragma once
// How a label looks: "error", "hint", "title", "heading" (ControlStyle), or plain. For one whose role changes.

#include <QStyle>
#include <QWidget>

namespace aha {

inline void setRole(QWidget* label, const char* role)
{
    if (label->property("role").toString() == QLatin1String(role))
        return;
    label->setProperty("role", QString::fromLatin1(role));
    label->style()->unpolish(label); // reads the role again
    label->style()->polish(label);
}

} // namespace aha
