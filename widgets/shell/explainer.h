#pragma once
// Explanations where a word stands: hover over the name of a metric or a term in any table, chart or label.

#include <QObject>
#include <QPoint>
#include <QStringList>

class QWidget;

namespace aha {

class Glossary;

class Explainer : public QObject {
    Q_OBJECT
public:
    /// Watches what lies in `window`. Both must outlive it.
    Explainer(Glossary* glossary, QWidget* window);

    /// The word of the glossary at a place of a widget; empty when there is none.
    QString termAt(QWidget* widget, const QPoint& position) const;
    /// The same for where the pointer is; empty, too, when keys were used after it.
    QString termOfPointer() const;
    /// The same for what has the focus: the current cell, the chart, the label of a field.
    QString termOfFocus() const;
    /// The word of the glossary that a title stands for ("Response length": completions/mean_length); empty: none.
    QString known(const QString& text) const;
    /// The titles that a chart of this metric may have.
    static QStringList titlesOf(const QString& name);

protected:
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    Glossary* m_glossary;
    QWidget* m_window;
    QPoint m_pointer; ///< on the screen
    bool m_pointed = false; ///< the pointer was moved last, not a key pressed
};

} // namespace aha
