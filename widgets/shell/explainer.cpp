#include "widgets/shell/explainer.h"

#include "widgets/language/translation.h"
#include "widgets/models/glossary.h"
#include "widgets/models/visibletext.h"
#include "widgets/plots/lineplot.h"

#include <QAbstractButton>
#include <QAbstractItemView>
#include <QApplication>
#include <QHeaderView>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMouseEvent>
#include <QToolTip>

namespace aha {

namespace {

/// A word in the title of a chart, where the title itself is no term.
constexpr const char* kTitles[][2] = {
    { "Response length", "completions/mean_length" },
    { "Lengths", "completions/mean_length" },
    { "Reflection words", "reflection/per_response" },
    { "Language mixing", "language/mixed_share" },
    { "Gradient norm", "grad_norm" },
    { "Clipped tokens", "clip_ratio/region_mean" },
    { "Groups without variance", "frac_reward_zero_std" },
    { "Equations and stopping", "countdown/false_equation_share" },
    { "Attempts", "countdown/attempts_per_trace" },
    { "Throughput", "perf/rollout_tokens_per_second" },
    { "Step time", "perf/step_seconds" },
    { "Sampler against trainer", "sampling/sampling_logp_difference/mean" },
    { "KL in the reward", "kl/reward" },
    { "Value model", "critic/explained_variance" },
    { "Groups sampled", "selection/generated_groups" },
    { "Token loss", "loss" },
    { "Token accuracy", "mean_token_accuracy" },
    { "Implicit rewards", "rewards/margins" },
    { "Preferred", "rewards/accuracies" },
    { "Log-probability", "logps/chosen" },
    { "Divergence from the teacher", "distill/divergence" },
    { "Agreement with the teacher", "distill/agreement" },
    { "Reward model", "eval_accuracy" },
    { "Reward margin", "margin" },
    { "cons@n %", "cons@n" },
};

/// Of a chart.
bool isTitle(const QWidget* widget)
{
    return widget->objectName().startsWith(QLatin1String("title."))
        && qobject_cast<const LinePlot*>(widget->parentWidget());
}

} // namespace

Explainer::Explainer(Glossary* glossary, QWidget* window)
    : QObject(window)
    , m_glossary(glossary)
    , m_window(window)
{
    qApp->installEventFilter(this);
}

QString Explainer::known(const QString& text) const
{
    if (text.isEmpty() || text.size() > 80)
        return {};
    const QString name = english(text);
    for (const auto& [title, term] : kTitles)
        if (name.compare(QLatin1String(title), Qt::CaseInsensitive) == 0)
            return QString::fromLatin1(term);
    const int row = m_glossary->find(name);
    return row < 0 ? QString() : m_glossary->entry(row).name;
}

QStringList Explainer::titlesOf(const QString& name)
{
    QStringList titles;
    for (const auto& [title, term] : kTitles)
        if (name == QLatin1String(term))
            titles << QString::fromLatin1(title);
    return titles << name.left(1).toUpper() + name.mid(1) << name;
}

QString Explainer::termAt(QWidget* widget, const QPoint& position) const
{
    if (auto* header = qobject_cast<QHeaderView*>(widget->parentWidget()); header && widget == header->viewport()) {
        const int section = header->logicalIndexAt(position);
        return section < 0 || !header->model()
            ? QString()
            : known(header->model()->headerData(section, header->orientation()).toString());
    }
    if (auto* view = qobject_cast<QAbstractItemView*>(widget->parentWidget()); view && widget == view->viewport()) {
        const QModelIndex index = view->indexAt(position);
        return index.isValid() && index.data(Qt::ToolTipRole).toString().isEmpty() ? known(index.data().toString())
                                                                                   : QString();
    }
    for (QWidget* at = widget; at && at != m_window; at = at->parentWidget()) {
        if (const auto* plot = qobject_cast<LinePlot*>(at)) // over the lines it would hide what is read there
            return isTitle(widget) ? known(plot->title()) : QString();
        if (isTitle(at))
            continue; // the chart knows the word that stands for it
        if (const auto* label = qobject_cast<QLabel*>(at))
            return known(label->text());
        if (const auto* button = qobject_cast<QAbstractButton*>(at))
            return known(button->text());
    }
    return {};
}

QString Explainer::termOfPointer() const
{
    QWidget* widget = m_pointed ? QApplication::widgetAt(m_pointer) : nullptr;
    if (!widget || !m_window->isAncestorOf(widget))
        return {};
    if (const QString term = termAt(widget, widget->mapFromGlobal(m_pointer)); !term.isEmpty())
        return term;
    for (QWidget* at = widget; at && at != m_window; at = at->parentWidget())
        if (const auto* plot = qobject_cast<LinePlot*>(at))
            return known(plot->title());
    return {};
}

QString Explainer::termOfFocus() const
{
    QWidget* focus = QApplication::focusWidget();
    for (QWidget* at = focus; at && at != m_window; at = at->parentWidget()) {
        if (const auto* plot = qobject_cast<LinePlot*>(at))
            return known(plot->title());
        if (const auto* view = qobject_cast<QAbstractItemView*>(at)) {
            const QModelIndex index = view->currentIndex();
            if (!index.isValid())
                return {};
            if (const QString term = known(index.data().toString()); !term.isEmpty())
                return term;
            if (const QString term = known(index.model()->headerData(index.column(), Qt::Horizontal).toString());
                !term.isEmpty())
                return term;
            return known(index.siblingAtColumn(0).data().toString());
        }
    }
    if (focus)
        for (const QLabel* label : m_window->findChildren<QLabel*>())
            if (label->buddy() == focus)
                return known(label->text());
    return {};
}

bool Explainer::eventFilter(QObject* object, QEvent* event)
{
    if (event->type() == QEvent::MouseMove) {
        m_pointer = static_cast<QMouseEvent*>(event)->globalPosition().toPoint();
        m_pointed = true;
    } else if (event->type() == QEvent::KeyPress) {
        switch (static_cast<QKeyEvent*>(event)->key()) {
        case Qt::Key_F1: // and what is held with it
        case Qt::Key_Shift:
        case Qt::Key_Control:
        case Qt::Key_Alt:
            break;
        default:
            m_pointed = false; // whoever works with the keys is where the focus is
        }
    }
    if (event->type() == QEvent::ToolTip)
        if (auto* widget = qobject_cast<QWidget*>(object); widget
            && (widget == m_window || m_window->isAncestorOf(widget))
            && (widget->toolTip().isEmpty() || isTitle(widget))) {
            const auto* help = static_cast<QHelpEvent*>(event);
            if (const int row = m_glossary->find(termAt(widget, help->pos())); row >= 0) {
                QToolTip::showText(help->globalPos(), plainToolTip(m_glossary->explain(row)), widget);
                return true;
            }
        }
    return QObject::eventFilter(object, event);
}

} // namespace aha
